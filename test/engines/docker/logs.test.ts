import test from 'ava';
import type { LogOptions } from '../../../src/engines/engine-client.ts';
import { frame } from '../frame.ts';
import { json, type StubAnswer, type StubRequest, stubbed } from '../stub-engine.ts';

const options: LogOptions = { tail: 100, follow: false, stdout: true, stderr: true, timestamps: false };
const forever = new AbortController().signal;

/** A container, with a terminal or not, whose logs are as the test says. */
function container(answer: (request: StubRequest) => unknown, { hasTerminal = false } = {}): StubAnswer {
  return (request) => {
    if (request.path.endsWith('/json')) return json(request.response, 200, { Config: { Tty: hasTerminal } });
    return answer(request);
  };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

test('logs are returned without frames, and unmodified for a terminal', async (t) => {
  for (const hasTerminal of [false, true]) {
    const body = hasTerminal ? Buffer.from('raw\r\n') : Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n')]);
    const { stub, client } = await stubbed(
      t,
      container(({ response }) => response.end(body), { hasTerminal }),
    );
    t.is(await textOf(await client.openLogs('web', options, forever)), hasTerminal ? 'raw\r\n' : 'out\nerr\n');
    const { pathname, searchParams } = new URL(stub.requests.at(-1)?.slice(4) ?? '', 'http://x');
    t.is(pathname, '/v1.41/containers/web/logs');
    t.deepEqual(Object.fromEntries(searchParams), {
      tail: '100',
      follow: 'false',
      stdout: 'true',
      stderr: 'true',
      timestamps: 'false',
    });
  }
});

test('a missing container, and a driver without logs, are reported before the stream starts', async (t) => {
  const { client } = await stubbed(t, ({ response }) => json(response, 404, { message: 'No such container: web' }));
  await t.throwsAsync(client.openLogs('web', options, forever), { code: 'no_such_container' });
  const says = 'configured logging driver does not support reading';
  const { client: mute } = await stubbed(
    t,
    container(({ response }) => json(response, 501, { message: says })),
  );
  await t.throwsAsync(mute.openLogs('web', options, forever), { code: 'engine_refused', message: new RegExp(says) });
});

test('an engine that hangs before the response is a timeout', async (t) => {
  for (const answer of [() => undefined, container(() => undefined)]) {
    const { client } = await stubbed(t, answer, { limits: { listMs: 2_000 } });
    await t.throwsAsync(client.openLogs('web', { ...options, follow: true }, forever), {
      code: 'engine_timeout',
      message: /did not answer within 2000 ms when asked to open the logs of container web$/,
    });
  }
});

test('an engine that hangs in the middle is only waited for with follow', async (t) => {
  const begun = container(({ response }) => {
    response.write(frame(1, 'one\n'));
  });
  const { client } = await stubbed(t, begun, { limits: { pullMs: 1_000 } });
  const logs = (await client.openLogs('web', options, forever))[Symbol.asyncIterator]();
  t.is(String((await logs.next()).value), 'one\n');
  await t.throwsAsync(logs.next(), { code: 'engine_unreachable' });
  const followed = (await client.openLogs('web', { ...options, follow: true }, forever))[Symbol.asyncIterator]();
  await followed.next();
  const late = Symbol('late');
  const timeout = new Promise((resolve) => setTimeout(resolve, 2_000, late));
  t.is(await Promise.race([followed.next(), timeout]), late);
});

test('a reader that stops ends the request', async (t) => {
  let closed: Promise<unknown> = Promise.resolve();
  const { client } = await stubbed(
    t,
    container(({ response }) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      response.write(frame(1, 'one\n'));
    }),
  );
  const gone = new AbortController();
  const logs = (await client.openLogs('web', { ...options, follow: true }, gone.signal))[Symbol.asyncIterator]();
  await logs.next();
  const next = logs.next();
  gone.abort();
  await t.throwsAsync(next, { code: 'engine_unreachable' });
  await closed;
  t.pass();
});

test('an engine that dies in the middle is an error', async (t) => {
  const { client } = await stubbed(
    t,
    container(({ response }) => {
      response.write(frame(1, 'one\n'));
      setTimeout(() => response.socket?.destroy(), 20);
    }),
  );
  await t.throwsAsync(textOf(await client.openLogs('web', { ...options, follow: true }, forever)), {
    code: 'engine_unreachable',
  });
});

test('unread data stays with the engine', async (t) => {
  let written = 0;
  const { client } = await stubbed(
    t,
    container(({ response }) => {
      const block = frame(1, 'x'.repeat(65_536));
      const more = () => {
        while (!response.destroyed && written < 2 ** 28) {
          written += block.length;
          if (!response.write(block)) return void response.once('drain', more);
        }
      };
      more();
    }),
  );
  const gone = new AbortController();
  t.teardown(() => gone.abort());
  const logs = (await client.openLogs('web', options, gone.signal))[Symbol.asyncIterator]();
  await logs.next();
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.true(written < 2 ** 25, `${written} bytes were taken`);
});

// Those that are serial have deadlines of their own, which the others of this file would take up.
test.serial('one turn of the event loop handles little of a large log', async (t) => {
  const lines = Buffer.concat(Array.from({ length: 2_000 }, (_, i) => frame(1, `${i} ${'x'.repeat(170)}\n`)));
  const { client } = await stubbed(
    t,
    container(({ response }) => response.end(lines)),
  );
  let inThisTurn = 0;
  let most = 0;
  let isOver = false;
  const nextTurn = () => {
    most = Math.max(most, inThisTurn);
    inThisTurn = 0;
    if (!isOver) setImmediate(nextTurn);
  };
  setImmediate(nextTurn);
  const read = async () => {
    let bytes = 0;
    for await (const { length } of await client.openLogs('web', options, forever)) {
      bytes += length;
      inThisTurn += length;
    }
    return bytes;
  };
  const all = await Promise.all(Array.from({ length: 10 }, read));
  isOver = true;
  t.true(all.every((bytes) => bytes === lines.length - 2_000 * 8));
  t.true(most <= 128 * 1024, `${most} bytes in one turn`);
});

test.serial('many followers do not block other calls', async (t) => {
  const answer: StubAnswer = (request) => {
    if (request.path.endsWith('/logs') || request.path.includes('/logs?')) return request.response.write(frame(1, 'a'));
    return json(request.response, 200, request.path.includes('/json?all') ? [] : { Config: {} });
  };
  // A call that waited for the followers would wait for ever; a busy machine takes its time for 128 connections.
  const { client } = await stubbed(t, answer, { limits: { connectMs: 60_000, listMs: 60_000 } });
  const gone = new AbortController();
  t.teardown(() => gone.abort());
  const follow = () => client.openLogs('web', { ...options, follow: true }, gone.signal);
  await Promise.all(Array.from({ length: 128 }, follow));
  t.deepEqual(await client.listContainers(), []);
  const events = await client.openEvents(gone.signal).catch((error: unknown) => error);
  t.false(events instanceof Error);
});

function lastPost(requests: readonly string[]): string | undefined {
  return requests.findLast((each) => each.startsWith('POST '));
}

for (const act of ['stopContainer', 'killContainer'] as const) {
  test(`after ${act} the engine is inspected: before that its list may tell that the container runs`, async (t) => {
    const { stub, client } = await stubbed(t, ({ method, response }) =>
      method === 'GET' ? json(response, 404, { message: 'No such container' }) : response.writeHead(204).end(),
    );
    await client.ping();
    await (act === 'stopContainer' ? client.stopContainer('web', { timeoutSeconds: 1 }) : client.killContainer('web'));
    t.is(stub.requests.at(-1), 'GET /v1.41/containers/web/json');
  });
}

for (const [call, path, act] of [
  ['stop', '/stop?t=3', 'stopContainer'],
  ['restart', '/restart?t=3', 'restartContainer'],
] as const) {
  test(`${call} has a timeout parameter, by which the call is extended`, async (t) => {
    const limits = { removeMs: 300, startMs: 300 };
    const { stub, client } = await stubbed(
      t,
      ({ response }) => setTimeout(() => response.writeHead(204).end(), 1_500),
      {
        limits,
      },
    );
    await client.ping();
    await client[act]('web', { timeoutSeconds: 3 });
    t.is(lastPost(stub.requests), `POST /v1.41/containers/web${path}`);
    await t.throwsAsync(client[act]('web', { timeoutSeconds: 0 }), {
      code: 'engine_timeout',
      message: /did not answer within 300 ms when asked to \w+ container web; the outcome is unknown/,
    });
  });
}

for (const act of ['stopContainer', 'restartContainer'] as const) {
  test(`without it, ${act} waits for the container’s own timeout`, async (t) => {
    const limits = { removeMs: 300, startMs: 300 };
    const answer: StubAnswer = ({ method, response }) => {
      if (method === 'GET') return json(response, 200, { Config: { StopTimeout: 60 } });
      return setTimeout(() => response.writeHead(204).end(), 1_500);
    };
    const { stub, client } = await stubbed(t, answer, { limits });
    await client.ping();
    await client[act]('web');
    t.regex(lastPost(stub.requests) ?? '', /containers\/web\/(stop|restart)$/);
  });
}

test('stopping a stopped container has no effect', async (t) => {
  const { client } = await stubbed(t, ({ method, response }) =>
    method === 'GET' ? json(response, 200, { Config: {} }) : response.writeHead(304).end(),
  );
  await t.notThrowsAsync(client.stopContainer('web'));
});

for (const [status, message, code] of [
  [409, 'Container f81 is not running', 'wrong_state'],
  [500, 'Cannot kill container: web: Container f81 is not running', 'wrong_state'],
  [400, 'Invalid signal: FOO', 'invalid'],
  [404, 'No such container: web', 'no_such_container'],
  [500, 'something else', 'engine_refused'],
] as const) {
  test(`a kill that is answered with ${status} ${message} is ${code}`, async (t) => {
    const { stub, client } = await stubbed(t, ({ response }) => json(response, status, { message }));
    await t.throwsAsync(client.killContainer('web', 'SIGRTMIN+1'), { code });
    t.is(stub.requests.at(-1), 'POST /v1.41/containers/web/kill?signal=SIGRTMIN%2B1');
  });
}

test('a paused container cannot be started', async (t) => {
  const says = 'cannot start a paused container, try unpause instead';
  const { client } = await stubbed(t, ({ response }) => json(response, 409, { message: says }));
  await t.throwsAsync(client.startContainer('web'), { code: 'wrong_state', message: /try unpause/ });
});
