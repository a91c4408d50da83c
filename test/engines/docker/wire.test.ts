import { once } from 'node:events';
import net, { Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { SatsumaError } from '../../../src/model/errors.ts';
import { certificates } from '../certificates.ts';
import { clientOf, json, type StubAnswer, stubbed } from '../stub-engine.ts';

const { client: tls } = await certificates();

test('a silent port is unreachable after the connect timeout, not the call’s', async (t) => {
  const port = await listenSilently(t);
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls, limits: { connectMs: 500 } });
  await t.throwsAsync(client.listImages(), {
    instanceOf: SatsumaError,
    code: 'engine_unreachable',
    message: /ETIMEDOUT/,
  });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /no connection within 0.5 s/ });
});

test('a response that stalls is a timeout', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.writeHead(200).write('['), {
    limits: { listMs: 2_500 },
  });
  await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code: 'engine_timeout' });
});

test('a truncated response is a broken connection', async (t) => {
  const { client } = await stubbed(t, ({ response, socket }) =>
    response.writeHead(200).write('[', () => socket.destroy()),
  );
  await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code: 'engine_unreachable' });
});

test('70 active pulls do not block a list', async (t) => {
  const { client } = await stubbed(t, ({ path, response }) => {
    if (path.endsWith('/containers/json?all=true')) json(response, 200, []);
    else response.write('{}\n');
  });
  await client.listContainers();
  const pulls = Array.from({ length: 70 }, () => client.pullImage('x').catch(() => undefined));
  t.deepEqual(await client.listContainers(), []);
  t.is(pulls.length, 70);
});

// In turn: it keeps the processor busy, and others count milliseconds.
test.serial('a response of more than 64 MiB is cut off', async (t) => {
  const piece = Buffer.alloc(2 ** 20, ' ');
  const flood: StubAnswer = ({ response }) => {
    const pour = () => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  };
  // It is cut off by its size, however long a busy machine takes for that.
  const { client } = await stubbed(t, flood, { limits: { listMs: 60_000 } });
  await t.throwsAsync(client.listContainers(), { code: 'engine_refused', message: /more than 67108864 bytes/ });
});

test('a response with too many values is not parsed', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.end(`[${'{},'.repeat(3_000_000)}{}]`));
  await t.throwsAsync(client.listContainers(), { code: 'engine_refused', message: /more than 2097152 values$/ });
});

test('connections use TCP keep-alive, because a stream may be silent for hours', async (t) => {
  const probed: unknown[] = [];
  const { setKeepAlive } = Socket.prototype;
  t.teardown(() => Object.assign(Socket.prototype, { setKeepAlive }));
  Socket.prototype.setKeepAlive = function (...settings) {
    probed.push(settings);
    return setKeepAlive.apply(this, settings);
  };
  const { client } = await stubbed(t, ({ response }) => response.write('\n'));
  await client.ping();
  probed.length = 0;
  const stopping = new AbortController();
  await client.openEvents(stopping.signal);
  stopping.abort();
  t.deepEqual(probed[0], [true, 15_000]);
});

test('an inspect of more than 4 MiB is cut off', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.write(Buffer.alloc(5 * 2 ** 20, ' ')));
  await t.throwsAsync(client.inspectContainer('web'), { code: 'engine_refused', message: /more than 4194304 bytes/ });
});

test('an error of more than 64 KiB is cut off', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.writeHead(500).write(Buffer.alloc(2 ** 17, 'x')));
  await t.throwsAsync(client.listImages(), { code: 'engine_refused', message: /more than 65536 bytes/ });
});

/** One byte after the other, for ever. */
function drip(t: ExecutionContext, socket: Socket, head: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.once('close', () => clearInterval(timer));
  t.teardown(() => clearInterval(timer));
}

for (const [what, head] of Object.entries({
  headers: 'HTTP/1.1 200 OK\r\nx: ',
  'a body': 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n',
  'interim answers': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nx: ',
})) {
  test(`${what} sent byte by byte: the call times out, and the connection is closed`, async (t) => {
    const { stub, client } = await stubbed(t, ({ socket }) => drip(t, socket, head), { limits: { listMs: 2_500 } });
    await t.throwsAsync(client.listImages(), { code: 'engine_timeout', message: /within 2500 ms/ });
    await t.throwsAsync(client.inspectContainer('web'), { code: 'engine_timeout' });
    await until(() => stub.open() === 0);
    t.is(stub.open(), 0);
  });
}

test('every truncated response closes its connection', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) => response.writeHead(500).write(Buffer.alloc(2 ** 17)));
  for (let i = 0; i < 5; i++) await t.throwsAsync(client.listImages());
  await until(() => stub.open() === 0);
  t.is(stub.open(), 0);
});

for (const [what, said, code] of [
  [
    'a switch of protocols',
    'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    'engine_unreachable',
  ],
  ['what is no HTTP', 'SSH-2.0-OpenSSH\r\n', 'engine_refused'],
  ['headers of 1 MiB', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(2 ** 20)}\r\n\r\n`, 'engine_refused'],
] as const) {
  test(`${what} is not a response`, async (t) => {
    const { stub, client } = await stubbed(t, ({ socket }) => socket.write(said));
    // By the deadline it would be a timeout.
    await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code });
    await until(() => stub.open() === 0);
    t.is(stub.open(), 0);
  });
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo() && Date.now() < end; ) await new Promise((r) => setTimeout(r, 10));
}

async function listenSilently(t: ExecutionContext): Promise<number> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as net.AddressInfo).port;
}
