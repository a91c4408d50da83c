import { type AddressInfo, createServer, type Server } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { createService, updateService } from '../../../src/commands/services/change-service.ts';
import { showService } from '../../../src/commands/services/show-service.ts';
import { catalog } from '../../../src/decisions/services/catalog.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { eventually, startServer } from './stage.ts';

async function listen(t: ExecutionContext, port = 0): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return server;
}

/** A port of this machine on which nobody listens. */
async function freePort(t: ExecutionContext): Promise<number> {
  const server = await listen(t);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A service without a health check on an engine of this machine's address, behind a domain. */
async function startRouted(t: ExecutionContext) {
  const cluster = await startCluster(t);
  await registerEngine(cluster, { id: 'a', addr: 'https://127.0.0.1:2376', labels: [] });
  const engine = cluster.pool.client({ id: 'a' });
  const rules = [{ path: '/', service: 'web', port: 80 }];
  const value = { rules, tls: 'off' as const, createdAt: '', updatedAt: '' };
  await cluster.store.write([{ kind: 'domain', id: 'web.test', value }]);
  const { cluster: leader } = await startServer(t, cluster);
  const imageAt = (port: number) => ({ ...busybox, bind_ports: [{ proto: 'tcp', port, container_port: 80 }] }) as const;
  const port = await freePort(t);
  await createService(cluster, 'web', { ...spec, image: imageAt(port), replicas: 1, update: policy });
  const checks = () => engine.calls.filter((call) => call.startsWith('checkContainer')).length;
  /** It was looked at, and again. */
  const isLookedAt = async () => {
    const before = checks();
    await eventually(t, () => checks() > before + 1);
  };
  const states = async () => (await showService(cluster, 'web')).replicas.map(({ view }) => view.state);
  return {
    cluster,
    engine,
    leader,
    port,
    imageAt,
    isLookedAt,
    states,
    ports: () => catalog(leader, 'web').entries.map((each) => each.port),
  };
}

test('a replica behind a domain without a health check is ready when it accepts connections', async (t) => {
  const { cluster, port, imageAt, isLookedAt, states, ports } = await startRouted(t);
  await isLookedAt();
  t.deepEqual(await states(), ['starting']);
  t.deepEqual(ports(), []);
  await listen(t, port);
  await eventually(t, () => ports().length === 1);
  // The predecessor stays until the next one does.
  const later = await freePort(t);
  const { spec: before } = (await showService(cluster, 'web')).record;
  await updateService(cluster, 'web', { ...before, image: imageAt(later) });
  await eventually(t, async () => (await states()).length === 2);
  await isLookedAt();
  t.deepEqual(ports(), [port]);
  await listen(t, later);
  await eventually(t, () => ports().join() === String(later));
});

test('a replica behind a domain that never listens counts as ready in the end', async (t) => {
  const { cluster, isLookedAt, states, ports } = await startRouted(t);
  await isLookedAt();
  t.deepEqual(await states(), ['starting']);
  cluster.clock.turn(31_000);
  await eventually(t, () => ports().length === 1);
});
