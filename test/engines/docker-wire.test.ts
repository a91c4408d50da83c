import { once } from 'node:events';
import net from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { SatsumaError } from '../../src/model/errors.ts';
import { certificates } from './certificates.ts';
import { clientOf, json, stubbed } from './stub-engine.ts';

const { client: tls } = await certificates();

test('a port that accepts and says nothing is unreachable after the time for connecting, not after that of the call', async (t) => {
  const port = await listenSilently(t);
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls, limits: { connectMs: 500 } });
  const start = performance.now();
  await t.throwsAsync(client.listImages(), {
    instanceOf: SatsumaError,
    code: 'engine_unreachable',
    message: /ETIMEDOUT/,
  });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /no connection within 500 ms/ });
  t.true(performance.now() - start < 4000);
});

test('an answer that stops in the middle is a timeout', async (t) => {
  const { client } = await stubbed(t, ({ response }) => response.writeHead(200).write('['), {
    limits: { listMs: 800 },
  });
  await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code: 'engine_timeout' });
});

test('an answer that breaks off is a broken connection', async (t) => {
  const { client } = await stubbed(t, ({ response, socket }) =>
    response.writeHead(200).write('[', () => socket.destroy()),
  );
  await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code: 'engine_unreachable' });
});

test('70 pulls under way do not keep a list waiting', async (t) => {
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
test.serial('an answer of more than 64 MiB is cut off', async (t) => {
  const piece = Buffer.alloc(2 ** 20, ' ');
  const { client } = await stubbed(t, ({ response }) => {
    const pour = () => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  });
  await t.throwsAsync(client.listContainers(), { code: 'engine_refused', message: /more than 67108864 bytes/ });
});

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
