import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { WebSocket } from 'ws';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const main = resolve('dist/src/main.js');
const patienceMs = 30_000;
let lab: Lab;
let server: SatsumaServer;
const folder = mkdtempSync(join(tmpdir(), 'satsuma-test-'));

test.before(async () => {
  lab = await startLab({ name: 'exec', engines: 1, image: true, attached: true });
  server = await startSatsuma(lab, folder, { deadlines: { connect: 2, list: 5 } });
  await registerAll(server, lab);
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'box', args: ['sleep', '10000'] };
  const { status, data } = await server.call('POST', 'container', image);
  if (status !== 201) throw new Error(`${status} ${data}`);
});

test.after.always(async () => {
  await server?.end();
  await lab?.down();
  rmSync(folder, { recursive: true });
});

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const exec = (body: object) => server.call('POST', 'container/box/exec', body);

interface Outcome {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** A program with this standard input; left out, none. */
async function typed(program: string, args: readonly string[], input: Buffer | string = ''): Promise<Outcome> {
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const child = spawn(program, args, { env });
  const out: Buffer[] = [];
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((end) => child.once('close', end));
  return { code, out: Buffer.concat(out), err };
}

const satsuma = (words: readonly string[], input?: Buffer | string) => typed(process.execPath, [main, ...words], input);

test.serial('both streams come apart, with the exit code of the program', async (t) => {
  const script = 'echo out; echo err >&2; echo $A in $PWD as $(id -u); exit 3';
  const { status, data } = await exec({
    cmd: ['sh', '-c', script],
    ...{ env: { A: 'b c' }, user: '1000', working_dir: '/bin' },
  });
  t.is(status, 200, JSON.stringify(data));
  t.deepEqual(data, { exit_code: 3, stdout: 'out\nb c in /bin as 1000\n', stderr: 'err\n', truncated: false });
});

test.serial('output that comes after the end of the input is not lost, nor is the exit code', async (t) => {
  const script = 'cat > /dev/null; sleep 1; echo late; exit 5';
  const { data } = await exec({ cmd: ['sh', '-c', script], stdin: 'x'.repeat(500_000) });
  t.deepEqual(data, { exit_code: 5, stdout: 'late\n', stderr: '', truncated: false });
});

test.serial('bytes that are no text are whole in the answer', async (t) => {
  const { data } = await exec({ cmd: ['printf', 'a\\377\\000b'] });
  t.is(data.stdout, 'a\ufffd\0b');
  t.deepEqual([...Buffer.from(data.stdout_base64, 'base64')], [97, 255, 0, 98]);
  t.false('stderr_base64' in data);
});

test.serial('what is long is cut and said to be, and the program is not held up', async (t) => {
  const { data } = await exec({ cmd: ['sh', '-c', 'head -c 20000000 /dev/zero; echo done >&2'] });
  t.like(data, { exit_code: 0, stderr: 'done\n', truncated: true });
  t.is(data.stdout.length, 1024 * 1024);
});

/** docker's own command line, on the same engine. */
function docker(words: readonly string[]): Promise<Outcome> {
  const { ca, cert, key } = lab.client;
  const address = (lab.engines[0]?.addr ?? '').replace('https:', 'tcp:');
  return typed('docker', [
    ...['-H', address, '--tlsverify', '--tlscacert', ca, '--tlscert', cert, '--tlskey', key],
    ...words,
  ]);
}

for (const [what, words] of [
  ['a program that is missing', ['box', '/nope']],
  ['a program that is not in the path', ['box', 'nope']],
  ['a program that is a folder', ['box', '/etc']],
  ['a user that is not there', ['-u', 'nobody-knows-me', 'box', 'id']],
  ['a folder that is not there', ['-w', '/nope', 'box', 'id']],
  ['a program that fails', ['box', 'false']],
] as const) {
  test.serial(`${what} ends with docker’s exit code and sentence`, async (t) => {
    const [theirs, ours] = await Promise.all([docker(['exec', ...words]), satsuma(['exec', ...words])]);
    t.is(ours.code, theirs.code, `${theirs.out}${theirs.err} and ${ours.out}${ours.err}`);
    t.is(`${ours.out}${ours.err}`.trim(), `${theirs.out}${theirs.err}`.trim());
  });
}

test.serial('in a container that is nobody’s nothing runs', async (t) => {
  t.like(await server.call('POST', 'container/nobody/exec', { cmd: ['id'] }), { status: 404 });
  t.is((await satsuma(['exec', 'nobody', 'id'])).code, 3);
});

test.serial('the command line writes each stream as it is, and ends as the program does', async (t) => {
  const bytes = 'printf "\\377\\000\\001"; echo err >&2; exit 9';
  const { code, out, err } = await satsuma(['exec', '-e', 'A=1', 'box', 'sh', '-c', bytes]);
  t.deepEqual([code, [...out], err], [9, [255, 0, 1], 'err\n']);
});

test.serial('what does not end in its time is 504', async (t) => {
  const { status, code, details } = await exec({ cmd: ['sh', '-c', 'echo begun; sleep 100'], timeout: 1 });
  t.deepEqual([status, code, details.stdout], [504, 'engine_timeout', 'begun\n']);
});

/** A command on a terminal of its own, as a person has it: what is typed there, and what is shown. */
async function onTerminal(words: readonly string[], typing: (show: () => string) => AsyncGenerator<string>) {
  const command = [process.execPath, main, ...words].map((word) => `'${word}'`).join(' ');
  const env = { PATH: process.env.PATH, TERM: 'xterm', SATSUMA_HOST: `http://${server.address}` };
  const child = spawn('script', ['-qec', `stty rows 33 cols 101; ${command}; echo "ended with $?"`, '/dev/null'], {
    env,
  });
  let shown = '';
  child.stdout.on('data', (bytes: Buffer) => {
    shown += bytes;
  });
  const ended = new Promise((end) => child.once('close', end));
  for await (const keys of typing(() => shown)) child.stdin.write(keys);
  await ended;
  return shown;
}

async function seen(show: () => string, text: string | RegExp): Promise<void> {
  const isThere = await eventually(async () => new RegExp(text).test(show()), Boolean, patienceMs);
  if (!isThere) throw new Error(`${text} is not in ${JSON.stringify(show())}`);
}

test.serial('a shell on a terminal has its size, takes Ctrl-C itself, and ends with its code', async (t) => {
  const shown = await onTerminal(['exec', '-it', 'box', 'sh'], async function* (show) {
    await seen(show, '# ');
    yield 'stty size; sleep 100\r';
    await seen(show, '33 101');
    yield '\x03';
    yield 'echo still $((40+2))\r';
    await seen(show, 'still 42');
    yield 'exit 7\r';
  });
  t.regex(shown, /ended with 7/);
});

for (const [keys, options] of [
  ['\x10\x11', []],
  ['\x18', ['--detach-keys', 'ctrl-x']],
] as const) {
  test.serial(`the detach keys ${JSON.stringify(keys)} end the session`, async (t) => {
    const shown = await onTerminal(
      ['exec', '-it', ...options, 'box', 'sh', '-c', `echo begun; exec sleep 1234`],
      async function* (show) {
        await seen(show, 'begun');
        yield keys;
      },
    );
    t.regex(shown, /\nread escape sequence/);
    t.regex(shown, /ended with 0/);
    t.notRegex(shown, /attach failed/);
    const { processes } = (await server.call('GET', 'container/box/top')).data;
    t.true(JSON.stringify(processes).includes('sleep 1234'), 'the program goes on');
  });
}

test.serial('attached to, a container is given input and ends this program alike', async (t) => {
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'shell', tty: true, stdin_open: true };
  await server.call('POST', 'container', { ...image, args: ['sh'], auto_remove: true });
  const shown = await onTerminal(['attach', 'shell'], async function* (show) {
    yield '\r';
    await seen(show, '# ');
    yield 'echo here $((1+1))\r';
    await seen(show, 'here 2');
    yield 'exit 4\r';
  });
  t.regex(shown, /ended with 4/);
});

for (const isProxy of [true, false]) {
  test.serial(
    `a signal ${isProxy ? 'is passed on to the container' : 'ends the command line alone, where that is said'}`,
    async (t) => {
      const name = `signals-${isProxy}`;
      const script = 'trap "echo got it; exit 5" USR1; while :; do echo tick; sleep 0.2; done';
      const image = { name: 'demo/busybox:1', type: 'label', container_name: name, args: ['sh', '-c', script] };
      t.is((await server.call('POST', 'container', image)).status, 201);
      const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
      const words = [main, 'attach', `--sig-proxy=${isProxy}`, name];
      const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
      let out = '';
      child.stdout.on('data', (bytes: Buffer) => {
        out += bytes;
      });
      t.true(await eventually(async () => out.includes('tick'), Boolean, patienceMs));
      const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
      // Node keeps USR1 for its debugger where nobody listens.
      child.kill(isProxy ? 'SIGUSR1' : 'SIGTERM');
      t.is(await ended, isProxy ? 5 : 'SIGTERM', out);
      if (isProxy) t.true(out.includes('got it'));
      const { data } = await server.call('GET', `container/${name}?consistent=true`);
      t.is(data.state, isProxy ? 'exited' : 'running');
      t.is((await server.call('DELETE', `container/${name}`)).status, 202);
    },
  );
}

test.serial('100 MB go in and out unchanged', async (t) => {
  const megabytes = 100;
  const bytes = randomBytes(1024 * 1024);
  const input = Buffer.concat(Array.from({ length: megabytes }, () => bytes));
  const { code, out, err } = await satsuma(['exec', '-i', 'box', 'cat'], input);
  t.is(code, 0, err);
  t.is(out.length, input.length);
  t.is(digest(out), digest(input));
  const counted = await satsuma(['exec', '-i', 'box', 'sha256sum'], input);
  t.is(counted.out.toString(), `${digest(input)}  -\n`);
});

test.serial('output that comes after the end of the input comes, and the exit code with it', async (t) => {
  const { code, out } = await satsuma(['exec', '-i', 'box', 'sh', '-c', 'cat; sleep 1; echo late; exit 6'], 'early\n');
  t.deepEqual([code, out.toString()], [6, 'early\nlate\n']);
});

test.serial('the program of a client that vanishes reads the end of its input', async (t) => {
  const env = { PATH: process.env.PATH, SATSUMA_HOST: `http://${server.address}` };
  const script = 'echo begun; cat; touch /tmp/left';
  const child = spawn(process.execPath, [main, 'exec', '-i', 'box', 'sh', '-c', script], { env });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  const isLeft = async () => (await exec({ cmd: ['test', '-e', '/tmp/left'] })).data.exit_code === 0;
  t.true(await eventually(isLeft, Boolean, patienceMs));
});

test.serial('a reader that takes nothing costs the server no memory', async (t) => {
  const socket = new WebSocket(
    `ws://${server.address}/apiv1/container/box/exec/ws?cmd=cat&cmd=/dev/zero`,
    'v1.satsuma.exec',
  );
  t.teardown(() => socket.terminate());
  await new Promise((resolve) => socket.once('message', resolve));
  socket.pause();
  const used = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]);
  const before = used();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  t.true(used() - before < 32 * 1024, `${before} kB, then ${used()} kB`);
});

test.serial('an engine that freezes in the middle ends the program here, with its reason', async (t) => {
  const running = satsuma(['exec', '-i', 'box', 'sh', '-c', 'echo begun; sleep 1000'], undefined);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await lab.pause(1);
  t.teardown(() => lab.resume(1));
  const { code, err } = await running;
  await lab.resume(1);
  t.is(code, 1);
  t.regex(err, /engine exec-1 is down/);
});
