import { once } from 'node:events';
import type { Socket } from 'node:net';
import test from 'ava';
import { createEndpoint, type Endpoint } from '../../../src/engines/docker/endpoint.ts';
import { readTlsMaterial } from '../../../src/engines/docker/tls.ts';
import { certificates, engineMaterial } from '../certificates.ts';
import { startStub } from '../stub-engine.ts';

const { ours, client: tls } = await certificates();

async function get({ request, agent }: Endpoint, path: string): Promise<Socket> {
  const asked = request({ path, agent: agent('calls') });
  asked.end();
  const [response] = await once(asked, 'response');
  const { socket } = response;
  response.resume();
  // Then the agent has decided whether it keeps the connection.
  await once(asked, 'close');
  return socket;
}

test('a connection that carried a large answer is closed sooner when it idles, and used again until then', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours), ({ path, response }) =>
    // Otherwise Node's server asks for a timeout of its own, as no daemon does.
    response.setHeader('connection', 'keep-alive').end('x'.repeat(Number(path.slice(1)))),
  );
  const endpoint = createEndpoint(stub.addr, { tls: readTlsMaterial(tls), skipVerify: false, connectMs: 10_000 });
  t.teardown(() => endpoint.close());
  const timeouts: unknown[] = [];
  for (const size of [10, 10_000, 60_000, 10]) timeouts.push((await get(endpoint, `/${size}`)).timeout);
  t.deepEqual(timeouts, [30_000, 30_000, 5_000, 5_000]);
  t.is(stub.connections(), 1);
  const [idle] = Object.values(endpoint.agent('calls').freeSockets).flat();
  idle?.emit('timeout');
  t.true(idle?.destroyed);
  t.is((await get(endpoint, '/10')).timeout, 30_000);
  t.is(stub.connections(), 2);
});
