import { type AddressInfo, createServer, type Server } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import { showService } from '../../../src/commands/services/show-service.ts';
import { ReplicaProbes } from '../../../src/controllers/services/replica-probes.ts';
import { catalog } from '../../../src/decisions/services/catalog.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import type { HealthCheck } from '../../../src/model/service.ts';
import { busybox, policy, spec, view } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { eventually, isRunning, startServer, untilShown } from './stage.ts';

const health: HealthCheck = {
  ...{ type: 'tcp', port: 80, path: '/', interval: 0.2, timeout: 0.2, retries: 2, start_period: 0 },
};

/** What a replica would listen with: on the engine's own address, which is this machine's. */
async function listen(t: ExecutionContext, port = 0): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const imageAt = (port: number) => ({ ...busybox, bind_ports: [{ proto: 'tcp', port, container_port: 80 }] }) as const;

/** One engine, one replica, ready; `checked`: with a health check, otherwise it is ready because it runs. */
async function startReplica(t: ExecutionContext, { checked = true, grace = 3600, startPeriod = 0 } = {}) {
  const cluster = await startCluster(t);
  await registerEngine(cluster, { id: 'a', addr: 'https://127.0.0.1:2376', labels: [] });
  const engine = cluster.pool.client({ id: 'a' });
  const { cluster: leader } = await startServer(t, cluster);
  const server = await listen(t);
  const port = portOf(server);
  const checks = checked ? { health: { ...health, start_period: startPeriod } } : {};
  await createService(cluster, 'web', { ...spec, ...checks, image: imageAt(port), replicas: 1, update: policy, grace });
  const shown = await untilShown(t, { ...cluster, engines: [engine] }, 'web', isRunning);
  const reported = () => catalog(leader, 'web').entries;
  const state = () => showService(cluster, 'web').then(({ replicas }) => replicas[0]?.view.state);
  return { cluster, engine, server, port, reported, state, containerId: shown.replicas[0]?.view.containerId ?? '' };
}

test('a replica that does not answer leaves the catalogue although its engine keeps silent, and returns', async (t) => {
  const { engine, server, port, reported, state } = await startReplica(t);
  engine.fail('checkContainer', 'engine_timeout');
  server.close();
  await eventually(t, () => reported().length === 0);
  t.is(await state(), 'unreachable', 'nothing is known against it');
  await listen(t, port);
  await eventually(t, () => reported().length === 1);
  t.is(await state(), 'ready');
});

test('a replica that answers again once its engine does is kept: what failed was the way to both', async (t) => {
  const { engine, server, port, reported, state, containerId } = await startReplica(t);
  const check = engine.checkContainer.bind(engine);
  let heal = () => {};
  let listening: Promise<Server> | undefined;
  const healed = new Promise<void>((resolve) => {
    heal = resolve;
  });
  engine.checkContainer = async (id) => {
    await healed;
    // Before it is asked itself again.
    listening ??= listen(t, port);
    await listening;
    return await check(id);
  };
  server.close();
  await eventually(t, () => reported().length === 0);
  heal();
  await eventually(t, () => reported().length === 1);
  t.is(reported()[0]?.container, containerId);
  t.is(await state(), 'ready');
});

test('a replica whose engine is dead stays as long as it answers, and says since when that is', async (t) => {
  const { cluster, engine, server, port, reported, state } = await startReplica(t);
  engine.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'a');
  await eventually(t, async () => (await state()) === 'unreachable');
  const { since } = cluster.cache.engine('a').value;
  await eventually(t, () => reported()[0]?.unreachable_since === since);
  t.is(reported()[0]?.port, port);
  server.close();
  await eventually(t, () => reported().length === 0);
});

test('a replica without a check that was well when its engine fell silent stays until it is given up', async (t) => {
  const { cluster, engine, reported, state } = await startReplica(t, { checked: false, grace: 60 });
  // Another engine that is well: otherwise nothing is given up.
  await registerEngine(cluster, { id: 'b', addr: 'https://b.test:2376', labels: [] });
  await registerEngine(cluster, { id: 'c', addr: 'https://c.test:2376', labels: [] });
  engine.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'a');
  await eventually(t, async () => (await state()) === 'unreachable');
  t.is(reported().length, 1);
  cluster.clock.turn(61_000);
  await eventually(t, () => !reported().some((entry) => entry.engine === 'a'));
});

test('a replica that was restarted has its start period again: it is not told, and not given up', async (t) => {
  const { engine, server, port, reported, state, containerId, cluster } = await startReplica(t, { startPeriod: 60 });
  server.close();
  await engine.restartContainer(containerId);
  await eventually(t, () => reported().length === 0);
  const asked = engine.calls.length;
  await eventually(t, () => engine.calls.length > asked + 3);
  t.is(await state(), 'unreachable');
  await listen(t, port);
  await eventually(t, () => reported().length === 1);
  t.is(reported()[0]?.container, containerId);
  t.is((await showService(cluster, 'web')).waiting.length, 0);
});

test('the start period begins with the start of the container, not before', async (t) => {
  const cluster = await startCluster(t);
  await registerEngine(cluster, { id: 'a', addr: 'https://127.0.0.1:2376', labels: [] });
  const engine = cluster.pool.client({ id: 'a' });
  const server = await listen(t);
  const image = imageAt(portOf(server));
  server.close();
  const created = { image, name: 'web.1', labels: {}, maximumCpus: 1 };
  const containerId = await engine.createContainer(created);
  const checks = new ReplicaProbes(cluster, () => undefined);
  const replica = view({ state: 'starting', containerId });
  const checked = { ...spec, image, health: { ...health, retries: 1, start_period: 60 } };
  const phases: string[] = [];
  /** Twice: the second look begins when the first one is over. */
  const look = async (turnMs: number) => {
    cluster.clock.turn(turnMs);
    const before = engine.calls.length;
    await eventually(t, () => {
      checks.begin([replica], () => checked, cluster.clock.steadyMs());
      for (const { phase } of checks.take().values()) phases.push(phase);
      return engine.calls.length > before + 1;
    });
  };
  // A start that takes longer than the period.
  await look(0);
  await look(70_000);
  await engine.startContainer(containerId);
  await look(0);
  await look(50_000);
  t.deepEqual(phases, [], 'the period begins with the start');
  await look(20_000);
  t.true(phases.includes('failed'));
  await engine.restartContainer(containerId);
  // What was found before the restart was taken.
  await look(0);
  phases.length = 0;
  await look(50_000);
  t.deepEqual(phases, [], 'and begins again');
});
