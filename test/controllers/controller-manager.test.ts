import test from 'ava';
import { updateEngine } from '../../src/commands/engines/update-engine.ts';
import {
  createService,
  pauseService,
  removeService,
  restartService,
  resumeService,
  scaleService,
  updateService,
} from '../../src/commands/services/change-service.ts';
import type { ShownReplica, ShownService } from '../../src/commands/services/show-service.ts';
import { busybox, policy, spec } from '../decisions/services/views.ts';
import { startCluster } from '../fixtures/harness.ts';
import {
  containersOf,
  createdOn,
  eventually,
  isRunning,
  resyncAll,
  startServer,
  untilShown,
} from './services/stage.ts';

const rolling = { ...spec, grace: 0, update: { ...policy, monitor: 0 } };
const spread = { ...rolling, image: { ...busybox, strategy: 'spread' } } as const;
const other = { ...busybox, environment: { VERSION: '2' } };
const broken = { ...busybox, name: 'demo/broken:1', pull: 'never' } as const;

const isWhole = ({ ready, replicas }: ShownService) => ready === 2 && replicas.length === 2;
const generationOf = ({ view }: ShownReplica) => view.generation;

test('a service is run, scaled up and down, and removed; its name is free then', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await startServer(t, cluster);
  await createService(cluster, 'web', spread);
  await untilShown(t, cluster, 'web', isRunning);
  t.deepEqual(
    containersOf(cluster)
      .map((each) => each.slice(1))
      .sort(),
    ['/1/1/1', '/2/1/1'],
  );
  await scaleService(cluster, 'web', 4);
  t.is((await untilShown(t, cluster, 'web', isRunning)).ready, 4);
  await scaleService(cluster, 'web', 1);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  t.deepEqual(
    replicas.map(({ view }) => view.slot),
    ['1'],
  );
  t.is(createdOn(cluster), 4);
  await removeService(cluster, 'web');
  await eventually(t, async () => (await cluster.store.read('service', 'web')) === undefined);
  t.deepEqual(containersOf(cluster), []);
  t.deepEqual(await cluster.store.list('service-generation'), []);
  t.deepEqual(await cluster.store.list('service-status'), []);
  // At once: nothing of the old one is taken for the new one's.
  await createService(cluster, 'web', { ...spread, replicas: 1, image: broken });
  const shown = await untilShown(t, cluster, 'web', ({ waiting }) => waiting.length > 0);
  t.like(shown, { ready: 0, rollout: { state: 'updating', stable: undefined } });
});

test('a restart exchanges every replica, and pulls the image as long as the registry has it', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [engine] = cluster.engines;
  await startServer(t, cluster);
  await createService(cluster, 'web', spread);
  await untilShown(t, cluster, 'web', isRunning);
  const pulls = () => engine?.calls.filter((call) => call.startsWith('pullImage')).length;
  t.is(pulls(), 0);
  await restartService(cluster, 'web');
  const shown = await untilShown(t, cluster, 'web', isRunning);
  t.like(shown, { ready: 2, record: { generation: 2, template: 2 } });
  t.is(pulls(), 2);
  // The image that is there will do where the registry has none.
  engine?.registry.clear();
  await restartService(cluster, 'web');
  await untilShown(t, cluster, 'web', (seen) => isRunning(seen) && seen.record.template === 3);
  t.is(pulls(), 4);
});

test('an image that is never pulled is not pulled by a restart', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...spread, image: { ...busybox, pull: 'never' } });
  await untilShown(t, cluster, 'web', isRunning);
  await restartService(cluster, 'web');
  await untilShown(t, cluster, 'web', isRunning);
  t.false(cluster.engines.some(({ calls }) => calls.some((call) => call.startsWith('pullImage'))));
});

test('an update exchanges every replica, and the old ones are gone', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...spread, replicas: 3 });
  await untilShown(t, cluster, 'web', isRunning);
  await updateService(cluster, 'web', { image: other });
  let fewest = 3;
  const shown = await untilShown(t, cluster, 'web', (seen) => {
    fewest = Math.min(fewest, seen.ready);
    return isRunning(seen);
  });
  t.is(fewest, 3);
  t.like(shown.rollout, { state: 'completed', generation: 2, stable: { generation: 2 } });
  t.deepEqual(
    containersOf(cluster)
      .map((each) => each.slice(1))
      .sort(),
    ['/1/2/2', '/2/2/2', '/3/2/2'],
  );
});

test('a container that ends at once is started later and later, and shown so', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...rolling, replicas: 1, update: { ...policy, monitor: 3600 } });
  const crash = (failures: number) =>
    untilShown(t, cluster, 'web', ({ waiting }) => {
      const [engine] = cluster.engines;
      for (const { id, state } of engine?.containers.values() ?? []) if (state === 'running') engine?.exit(id);
      return (waiting[0]?.failures ?? 0) >= failures;
    });
  const { state, ready, waiting } = await crash(2);
  t.not(state, 'running');
  t.is(ready, 0);
  t.like(waiting[0], { slot: '1', code: 'replica_failed', message: 'it ended with exit code 0', failures: 2 });
  const backoffMs = Date.parse(waiting[0]?.until ?? '') - Date.now();
  t.true(backoffMs > 0 && backoffMs <= 2000, `${backoffMs}`);
  t.is(createdOn(cluster), 2);
});

test('while an update is paused an empty slot gets what last proved itself in that slot', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [engine] = cluster.engines;
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...rolling, update: { ...policy, monitor: 0, delay: 3600 } });
  // Nothing is exchanged in the first hour: all are started at once.
  await untilShown(t, cluster, 'web', isRunning);
  cluster.clock.turn(3_700_000);
  await updateService(cluster, 'web', { image: other });
  const generations = async () => (await untilShown(t, cluster, 'web', isWhole)).replicas.map(generationOf);
  await untilShown(t, cluster, 'web', (shown) => isWhole(shown) && shown.replicas.map(generationOf).includes(2));
  await pauseService(cluster, 'web');
  const before = await generations();
  t.deepEqual([...before].sort(), [1, 2]);
  for (const id of [...(engine?.containers.keys() ?? [])]) engine?.exit(id);
  await untilShown(t, cluster, 'web', (shown) => isWhole(shown) && createdOn(cluster) === 5);
  t.deepEqual(await generations(), before);
  await resumeService(cluster, 'web');
  cluster.clock.turn(3_700_000);
  await untilShown(t, cluster, 'web', isRunning);
  t.false('proven' in (cluster.cache.serviceStatuses.get('web')?.value ?? {}));
});

test('a replica that crashed leaves its exit code, its signal and the end of its log', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...rolling, replicas: 1, update: { ...policy, monitor: 3600 } });
  const [engine] = cluster.engines;
  const isThere = () => [...(engine?.containers.values() ?? [])].find(({ state }) => state === 'running');
  await eventually(t, () => isThere() !== undefined);
  const id = isThere()?.id ?? '';
  engine?.logs.set(id, [`${'x'.repeat(5000)}\n`, 'FATAL: no memory left\n']);
  engine?.outOfMemory.add(id);
  engine?.exit(id, 137);
  const { waiting } = await untilShown(t, cluster, 'web', (shown) => (shown.waiting[0]?.failures ?? 0) > 0);
  t.is(waiting[0]?.message, 'it ended with exit code 137 (SIGKILL): out of memory (OOMKilled)');
  t.is(waiting[0]?.log?.length, 4096);
  t.true(waiting[0]?.log?.endsWith('x\nFATAL: no memory left\n'));
  // They stay when the slot is filled again.
  const filled = await untilShown(t, cluster, 'web', ({ ready }) => ready === 1);
  t.deepEqual(filled.waiting, []);
  t.like(filled.lastFailures, [{ slot: '1', engineId: 'a', containerId: id, copy: 1, reason: waiting[0]?.message }]);
  t.is(filled.lastFailures[0]?.log, waiting[0]?.log);
});

test('a replica that ends after a long time is started anew', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'web', rolling);
  await untilShown(t, cluster, 'web', isRunning);
  const [ended = ''] = cluster.engines[0]?.containers.keys() ?? [];
  cluster.engines[0]?.exit(ended);
  await resyncAll(cluster);
  await untilShown(t, cluster, 'web', (shown) => isRunning(shown) && createdOn(cluster) === 3);
  t.false(cluster.engines[0]?.containers.has(ended));
});

test('an update that fails is paused, keeps what works, and goes on when it is told to', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await startServer(t, cluster);
  await createService(cluster, 'web', spread);
  const before = (await untilShown(t, cluster, 'web', isRunning)) && containersOf(cluster);
  await updateService(cluster, 'web', { image: broken });
  const shown = await untilShown(t, cluster, 'web', ({ state }) => state === 'paused');
  t.is(shown.ready, 2);
  t.regex(shown.rollout?.message ?? '', /^a new replica of generation 2 failed: .*demo\/broken:1/);
  t.deepEqual(containersOf(cluster), before);
  for (const { images } of cluster.engines) images.add('demo/broken:1');
  await resumeService(cluster, 'web');
  t.like((await untilShown(t, cluster, 'web', isRunning)).rollout, { state: 'completed', failures: 0 });
});

test('an update that fails goes back by itself where it is told to, and says that it did', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await startServer(t, cluster);
  await createService(cluster, 'web', spread);
  const before = (await untilShown(t, cluster, 'web', isRunning)) && containersOf(cluster);
  // In a generation of its own: going back does not take the policy back.
  await updateService(cluster, 'web', { update: { on_failure: 'rollback' } });
  await untilShown(t, cluster, 'web', ({ rollout }) => rollout?.stable?.generation === 2);
  await updateService(cluster, 'web', { image: broken });
  const { record, rollout } = await untilShown(t, cluster, 'web', (each) => each.rollout?.state === 'rolled back');
  t.like(record, { generation: 4, template: 1, cause: 'automatic rollback' });
  t.is(record.spec.update.on_failure, 'rollback');
  t.regex(rollout?.message ?? '', /failed/);
  t.deepEqual(containersOf(cluster), before);
});

test('what ran on an engine that is lost runs elsewhere, and its old copies go when it returns', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...spread, replicas: 3 });
  await untilShown(t, cluster, 'web', isRunning);
  const [lost] = cluster.engines;
  const [held = ''] = containersOf(cluster).filter((each) => each.startsWith('a/'));
  lost?.fail('any', 'engine_unreachable');
  await untilShown(
    t,
    cluster,
    'web',
    (shown) => shown.ready === 3 && shown.replicas.some(({ view }) => view.copy === 2),
  );
  t.true(containersOf(cluster).includes(held));
  t.is(createdOn(cluster), 4);
  lost?.heal();
  await untilShown(t, cluster, 'web', isRunning);
  t.is(containersOf(cluster).length, 3);
  t.false(containersOf(cluster).includes(held), 'the later copy stays');
});

test('while a majority of engines is away nothing is started, until a person gives them up', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...spread, replicas: 3, grace: 1 });
  await untilShown(t, cluster, 'web', isRunning);
  // Both within the grace: while only one of them is away, its replica is placed elsewhere.
  const lostAt = Date.now() + 1000;
  const since = new Date(lostAt - 1000).toISOString();
  const changes = ['a', 'b'].map((id) => {
    cluster.pool.client({ id }).fail('any', 'engine_unreachable');
    return { kind: 'engine', id, value: { ...cluster.cache.engine(id).value, condition: 'down', since } } as const;
  });
  await cluster.store.write(changes);
  await untilShown(t, cluster, 'web', ({ ready }) => ready === 1);
  await eventually(t, () => Date.now() > lostAt);
  // Something else is done meanwhile, so that it is known to have been looked at.
  await createService(cluster, 'witness', { ...spread, replicas: 1 });
  await untilShown(t, cluster, 'witness', isRunning);
  t.is(createdOn(cluster), 4);
  for (const id of ['a', 'b']) await updateEngine(cluster, id, { intent: 'lost' });
  await untilShown(t, cluster, 'web', ({ ready }) => ready === 3);
  t.is(createdOn(cluster), 6);
});

test('maintenance stops no replica of a global service, and no update reaches it until it is over', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...rolling, replicas: 'global' });
  await untilShown(t, cluster, 'web', isRunning);
  await updateEngine(cluster, 'a', { intent: 'maintenance' });
  await updateService(cluster, 'web', { image: other });
  const updated = await untilShown(
    t,
    cluster,
    'web',
    ({ rollout, replicas }) => rollout?.generation === 2 && rollout.state === 'completed' && replicas.length === 2,
  );
  t.like(updated, { ready: 2, wanted: 2 });
  t.deepEqual(containersOf(cluster), ['a/a/1/1', 'b/b/2/2']);
  await updateEngine(cluster, 'a', { intent: 'active' });
  await untilShown(t, cluster, 'web', isRunning);
  t.deepEqual(containersOf(cluster), ['a/a/2/2', 'b/b/2/2']);
  await updateEngine(cluster, 'a', { intent: 'draining' });
  await untilShown(t, cluster, 'web', ({ wanted, replicas }) => wanted === 1 && replicas.length === 1);
  t.deepEqual(containersOf(cluster), ['b/b/2/2']);
});
