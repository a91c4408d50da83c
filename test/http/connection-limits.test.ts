import { once } from 'node:events';
import { Agent, createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ConnectionLimits, limitConnections, usualLimits } from '../../src/http/connection-limits.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function listen(
  t: ExecutionContext,
  limits: Omit<ConnectionLimits, 'maxOfClient'>,
  socket?: string,
): Promise<{ server: Server; port: number }> {
  // A request for /long is answered when the test ends.
  const server = createServer(({ url }, response) => {
    if (url === '/long') response.write('begun');
    else response.end('hello');
  });
  limitConnections(server, limits);
  if (socket === undefined) server.listen(0, '127.0.0.1');
  else server.listen(socket);
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as Partial<AddressInfo>).port ?? 0 };
}

async function open(t: ExecutionContext, port: number, text = ''): Promise<Socket> {
  return await connected(t, connect(port, '127.0.0.1'), text);
}

async function connected(t: ExecutionContext, socket: Socket, text = ''): Promise<Socket> {
  socket.on('error', () => undefined);
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

function ask(t: ExecutionContext, port: number): Promise<string> {
  const agent = new Agent({ keepAlive: false });
  t.teardown(() => agent.destroy());
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, async (response) => {
      let text = '';
      for await (const bytes of response) text += bytes;
      resolve(text);
    }).on('error', reject);
  });
}

test('connections that say nothing or speak slowly make room, the oldest first, for those that ask', async (t) => {
  const { port } = await listen(t, { max: 8, maxOfAddress: 8 });
  const first = await open(t, port);
  const firstGone = once(first, 'close');
  for (let at = 0; at < 20; at++) await open(t, port, at % 2 === 0 ? '' : 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  await firstGone;
  for (let at = 0; at < 5; at++) t.is(await ask(t, port), 'hello');
});

test('what is being answered is not ended for others, which are refused then', async (t) => {
  const { port } = await listen(t, { max: 3, maxOfAddress: 2 });
  const streams = [await open(t, port), await open(t, port)];
  for (const stream of streams) {
    stream.write('GET /long HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(stream, 'data');
  }
  await t.throwsAsync(ask(t, port), { code: 'ECONNRESET' });
  streams[0]?.destroy();
  let answer = '';
  while (answer === '') answer = await ask(t, port).catch(() => '');
  t.is(answer, 'hello');
  t.false(streams[1]?.destroyed);
});

test('a connection that was answered is idle again, and counted once', async (t) => {
  const { port } = await listen(t, { max: 2, maxOfAddress: 2 });
  const kept = await open(t, port);
  for (let at = 0; at < 3; at++) {
    kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
  }
  const gone = once(kept, 'close');
  await open(t, port);
  await open(t, port);
  await gone;
  t.is(await ask(t, port), 'hello');
});

test('the usual limits leave files for engines and the store', (t) => {
  const { max, maxOfAddress, maxOfClient } = usualLimits();
  t.true(max >= 256 && max <= 10_000);
  t.true(maxOfAddress < max);
  t.true(maxOfClient < maxOfAddress);
});

test('connections of a Unix socket, which have no address, make room in the same way', async (t) => {
  const path = join(temporaryFolder(t), 'door.sock');
  await listen(t, { max: 3, maxOfAddress: 3 }, path);
  const idle = await connected(t, connect(path));
  const idleGone = once(idle, 'close');
  const stream = await connected(t, connect(path), 'GET /long HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(stream, 'data');
  for (let at = 0; at < 5; at++) {
    const asking = await connected(t, connect(path), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = await once(asking, 'data');
    t.regex(String(answer), /hello/);
  }
  await idleGone;
  t.false(stream.destroyed, 'what is being answered is not ended');
});
