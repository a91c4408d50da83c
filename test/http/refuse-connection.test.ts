import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import test from 'ava';
import { refuseWith } from '../../src/http/refuse-connection.ts';

test('a refused connection ends, although its client does not end its side', async (t) => {
  // As Node's HTTP server has it.
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const taken = once(server, 'connection');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => client.destroy());
  client.on('error', () => undefined);
  const [socket] = (await taken) as [Socket];
  const closed = once(socket, 'close');
  refuseWith(socket, 401, 'no');
  let answer = '';
  client.on('data', (bytes) => {
    answer += bytes;
  });
  await once(client, 'end');
  t.regex(answer, /^HTTP\/1\.1 401 /);
  await closed;
  t.true(socket.destroyed);
});
