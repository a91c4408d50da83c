import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { describeOutput, execContainer } from '../../src/commands/containers/exec-container.ts';
import { openDoor } from './open-door.ts';

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1 });
  await door.call('POST', '/apiv1/container', { name: 'demo/busybox:1', type: 'label', container_name: 'web' });
  const exec = (body: object, query = '') => door.call('POST', `/apiv1/container/web/exec${query}`, body);
  return { ...door, exec };
}

test('one answer has both streams and the exit code', async (t) => {
  const { exec } = await open(t);
  t.deepEqual((await exec({ cmd: ['exit', '3'] })).body, {
    ok: true,
    data: { exit_code: 3, stdout: 'ran exit 3\n', stderr: 'err\n', truncated: false },
  });
  t.is((await exec({ cmd: ['cat'], stdin: 'hello' })).body.data.stdout, 'ran cat\nhello');
  t.is((await exec({ cmd: ['cat'], stdin_base64: 'aGVsbG8=' })).body.data.stdout, 'ran cat\nhello');
});

test('bytes that are no text are whole in one answer too', async (t) => {
  const { exec } = await open(t);
  const { data } = (await exec({ cmd: ['bytes'] })).body;
  t.deepEqual(data, {
    ...{ exit_code: 0, stdout: '\ufffd\ufffd', stderr: 'err\n', truncated: false },
    stdout_base64: '//4=',
  });
});

test.serial('a client that takes nothing of a stream is let go, and what it held with it', async (t) => {
  const { server } = await open(t);
  await server.start();
  t.teardown(() => server.stop());
  const { setTimeout } = globalThis;
  t.teardown(() => Object.assign(globalThis, { setTimeout }));
  const stalledMs = 600_000;
  const sooner = (run: () => void, ms?: number) => setTimeout(run, ms === stalledMs ? 50 : ms);
  Object.assign(globalThis, { setTimeout: Object.assign(sooner, setTimeout) });
  const isLetGo = new Promise<void>((resolve) => {
    server.listener.once('connection', (socket) => socket.once('close', () => resolve()));
  });
  const client = connect(Number(server.info.port), '127.0.0.1');
  t.teardown(() => client.destroy());
  const body = JSON.stringify({ cmd: ['flood'] });
  const head = `POST /apiv1/container/web/exec?stream=true HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json`;
  client.write(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  client.on('error', () => undefined);
  client.pause();
  await isLetGo;
  t.pass();
});

test('a stream is a line for each piece, and what is no text comes as base64', async (t) => {
  const { exec } = await open(t);
  const { body, headers } = await exec({ cmd: ['bytes'] }, '?stream=true');
  t.is(headers['content-type'], 'application/x-ndjson');
  t.deepEqual(
    String(body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [{ stream: 'stdout', data_base64: '//4=' }, { stream: 'stderr', data: 'err\n' }, { exit_code: 0 }],
  );
});

test('what does not end in its time is 504 with what it wrote', async (t) => {
  const { exec } = await open(t);
  const { status, body } = await exec({ cmd: ['hang'], timeout: 0.1 });
  t.is(status, 504);
  t.like(body, { code: 'engine_timeout', details: { stdout: 'ran hang\n', stderr: 'err\n', truncated: false } });
  const lines = String((await exec({ cmd: ['hang'], timeout: 0.1 }, '?stream=true')).body)
    .trim()
    .split('\n');
  t.like(JSON.parse(lines.at(-1) ?? ''), { code: 'engine_timeout' });
});

for (const [what, body, path] of [
  ['nothing to run', {}, 'cmd'],
  ['a text to run', { cmd: 'ls' }, 'cmd'],
  ['an empty list', { cmd: [] }, 'cmd'],
  ['both inputs', { cmd: ['cat'], stdin: 'a', stdin_base64: 'YQ==' }, ''],
  ['no base64', { cmd: ['cat'], stdin_base64: '%' }, 'stdin_base64'],
  ['an unknown field', { cmd: ['cat'], background: true }, 'background'],
  ['detach that is none', { cmd: ['cat'], detach: false }, 'detach'],
  ['an endless time', { cmd: ['cat'], timeout: 3601 }, 'timeout'],
] as const) {
  test(`${what} is 400 with its path, and asks no engine`, async (t) => {
    const { exec, cluster } = await open(t);
    const before = cluster.engines[0]?.calls.length;
    const answer = await exec(body);
    t.is(answer.status, 400);
    t.is(answer.body.details[0].path, path);
    t.is(cluster.engines[0]?.calls.length, before);
  });
}

test('in a container that does not run it is 409, and in nobody’s 404', async (t) => {
  const { call, exec } = await open(t);
  t.is((await call('POST', '/apiv1/container/nobody/exec', { cmd: ['ls'] })).status, 404);
  await call('POST', '/apiv1/container/web/stop');
  t.like(await exec({ cmd: ['ls'] }), { status: 409, body: { code: 'wrong_state' } });
});

for (const query of ['', '?stream=true']) {
  test(`a server that stops says so, and blames no engine: exec${query}`, async (t) => {
    const { server, cluster } = await open(t);
    await server.start();
    t.teardown(() => server.stop());
    const answer = fetch(`http://127.0.0.1:${server.info.port}/apiv1/container/web/exec${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cmd: ['hang'] }),
    });
    const isAsked = () => cluster.engines[0]?.calls.some((each) => each.startsWith('startExec'));
    while (!isAsked()) await setImmediate();
    await server.stop({ timeout: 20_000 });
    const last = (await (await answer).text()).trim().split('\n').at(-1) ?? '';
    t.like(JSON.parse(last), { code: 'server_stopping' });
  });
}

test('a program that is detached from is started, and nothing is said of its output', async (t) => {
  const { exec } = await open(t);
  t.deepEqual((await exec({ cmd: ['cat'], detach: true })).body, { ok: true, data: { detached: true } });
  t.is(String((await exec({ cmd: ['cat'], detach: true }, '?stream=true')).body).trim(), '{"detached":true}');
  t.is((await exec({ cmd: ['cat'], detach: true, stdin: 'x' })).status, 400);
  t.is((await exec({ cmd: ['cat'], detach: true, timeout: 1 })).status, 400);
});

for (const character of ['é', '€', '😀']) {
  for (let shift = 0; shift < 4; shift++) {
    test(`text that is cut in the midst of ${character} ends before it, and is text (${shift})`, async (t) => {
      const { cluster } = await open(t);
      const input = Buffer.from('x'.repeat(shift) + character.repeat(600_000));
      const end = await execContainer(cluster, 'web', { cmd: ['cat'], input }, AbortSignal.timeout(60_000));
      if ('isDetached' in end) return t.fail();
      const { stdout, truncated, ...rest } = describeOutput(end);
      t.true(truncated);
      t.false('stdout_base64' in rest);
      t.true(stdout.endsWith(character));
      t.true(Buffer.byteLength(stdout) > 1024 * 1024 - 4);
    });
  }
}
