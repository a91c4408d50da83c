import test, { type ExecutionContext } from 'ava';
import { startContainer } from '../../src/commands/containers/start-container.ts';
import { removeEngine } from '../../src/commands/engines/remove-engine.ts';
import { ContainerPublisher } from '../../src/engine-sync/container-publisher.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { Cluster } from '../../src/state/cluster.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import type { Fence } from '../../src/store/store.ts';
import { startCluster } from '../fixtures/harness.ts';

const redis = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, container_name: 'redis' } as const;

/** A server that follows the engines, and what another server on the same store knows. */
async function start(t: ExecutionContext, fence?: Fence) {
  const cluster = await startCluster(t, { engines: 2 });
  const lease = await cluster.store.acquireLease('watch/0', 'this server', 600_000);
  const held = { name: 'watch/0', token: lease?.token ?? 0 };
  const publisher = new ContainerPublisher(cluster, { fence: () => fence ?? held });
  publisher.start();
  const other = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await other.start();
  t.teardown(async () => {
    await publisher.stop();
    await other.stop();
  });
  return { cluster, other };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !isSo(); ) {
    if (Date.now() > deadline) throw new Error(`never: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function untilEmpty({ store }: Pick<Cluster, 'store'>): Promise<void> {
  for (const deadline = Date.now() + 30_000; (await store.list('container')).length > 0; ) {
    if (Date.now() > deadline) throw new Error('the facts stay');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('other servers know the containers of an engine that they do not follow, with their inspections', async (t) => {
  const { cluster, other } = await start(t);
  const engine = cluster.pool.client({ id: 'a' });
  const id = engine.runForeign('theirs', { environment: { A: 'b' } });
  await resyncEngine(cluster, 'a');
  await until(() => other.containers.get('a', id)?.detail !== undefined);
  t.like(other.containers.find('theirs')[0], {
    engineId: 'a',
    summary: { state: 'running' },
    detail: { environment: { A: 'b' } },
  });
  engine.exit('theirs');
  await resyncEngine(cluster, 'a');
  await until(() => other.containers.get('a', id)?.summary.state === 'exited');
  await engine.removeContainer(id);
  await resyncEngine(cluster, 'a');
  await until(() => other.containers.get('a', id) === undefined);
  // By the record, which is given back first.
  await untilEmpty(cluster);
  t.pass();
});

test('a change of one container is one change in the feed', async (t) => {
  const { cluster, other } = await start(t);
  const engine = cluster.pool.client({ id: 'a' });
  for (let i = 0; i < 20; i++) engine.runForeign(`theirs-${i}`);
  await resyncEngine(cluster, 'a');
  const isKnown = () => [...other.containers.on('a').values()].filter(({ detail }) => detail).length === 20;
  await until(isKnown);
  await until(() => cluster.cache.containers.unpublishedEngines().length === 0);
  const before = new Map((await cluster.store.list('container')).map(({ id, version }) => [id, version]));
  engine.exit('theirs-7', 3);
  await resyncEngine(cluster, 'a');
  await until(() => other.containers.find('theirs-7')[0]?.summary.state === 'exited');
  const after = await cluster.store.list('container');
  const written = after.filter(({ id, version }) => before.get(id) !== version);
  t.deepEqual(
    written.map(({ value }) => value.summary.name),
    ['theirs-7'],
  );
});

test('a container of ours is known to every server from its record, immediately, and published without our labels', async (t) => {
  const { cluster, other } = await start(t);
  const { id, engine } = await runContainer(cluster, redis);
  t.is(cluster.cache.containers.find('redis')[0]?.summary.id, id);
  await other.catchUp();
  t.is(other.containers.find('redis')[0]?.summary.state, 'running');
  await resyncEngine(cluster, engine.id);
  await until(() => (other.containers.find('redis')[0]?.confirmedAt ?? 0) > 0);
  t.deepEqual(other.containers.find('redis')[0]?.summary.labels, {});
});

test('nothing is published without the engine’s lease', async (t) => {
  const { cluster, other } = await start(t, { name: 'watch/0', token: 0 });
  cluster.pool.client({ id: 'a' }).runForeign('theirs');
  await resyncEngine(cluster, 'a');
  await until(() => other.named('theirs').length > 0);
  await new Promise((resolve) => setTimeout(resolve, 600));
  t.deepEqual(await cluster.store.list('container'), []);
});

test('removing an engine removes its container facts', async (t) => {
  const { cluster, other } = await start(t);
  cluster.pool.client({ id: 'a' }).runForeign('theirs');
  await resyncEngine(cluster, 'a');
  await until(() => (other.containers.find('theirs')[0]?.confirmedAt ?? 0) > 0);
  await removeEngine(cluster, 'a', { force: false });
  await other.catchUp();
  t.deepEqual(other.containers.find('theirs'), []);
  t.deepEqual(await cluster.store.list('container'), []);
});

test('a container that was inspected before it was listed is not considered gone', async (t) => {
  const { cluster, other } = await start(t);
  const { id, engine } = await runContainer(cluster, redis);
  // It is known by its record alone, and was inspected: it is on the list of what to publish, with nothing yet to say.
  const isPublished = () => cluster.cache.containers.unpublishedEngines().length === 0;
  await until(isPublished);
  await resyncEngine(cluster, engine.id);
  await until(() => other.containers.get(engine.id, id)?.detail !== undefined);
  await cluster.cache.catchUp();
  t.is(cluster.cache.containers.get(engine.id, id)?.summary.state, 'running');
});

test('a container known only from its record survives a reload', async (t) => {
  const { cluster } = await start(t);
  const { id, engine } = await runContainer(cluster, redis);
  const later = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await later.start();
  t.teardown(() => later.stop());
  t.is(later.containers.get(engine.id, id)?.summary.name, 'redis');
});

test('an unstarted container does not look running on another server, before and after it is listed', async (t) => {
  const { cluster, other } = await start(t);
  const { id, engine } = await runContainer(cluster, redis, { isLeftUnstarted: true });
  const states = new Set<string | undefined>();
  const note = () => states.add(other.containers.get(engine.id, id)?.summary.state);
  await other.catchUp();
  note();
  await resyncEngine(cluster, engine.id);
  await until(() => {
    note();
    return (other.containers.get(engine.id, id)?.confirmedAt ?? 0) > 0;
  });
  t.deepEqual([...states], ['created']);
  await startContainer(cluster, id);
  await other.catchUp();
  t.is(other.containers.get(engine.id, id)?.summary.state, 'running');
  t.is(cluster.cache.reservationsOf(id)[0]?.isUnstarted, undefined);
});

test('an adopted container has the engine’s state, also after a start by hand', async (t) => {
  const { cluster, other } = await start(t);
  const { id, engine } = await runContainer(cluster, redis, { isLeftUnstarted: true });
  const [record] = cluster.cache.reservationsOf(id);
  await cluster.store.release(record?.id ?? '');
  await cluster.cache.catchUp();
  cluster.cache.containers.forget(engine.id);
  await resyncEngine(cluster, engine.id);
  await cluster.cache.catchUp();
  await other.catchUp();
  t.true(cluster.cache.reservationsOf(id)[0]?.isUnstarted);
  for (const cache of [cluster.cache, other]) t.is(cache.containers.get(engine.id, id)?.summary.state, 'created');
  await cluster.pool.client(engine).startContainer(id);
  await resyncEngine(cluster, engine.id);
  await cluster.cache.catchUp();
  t.is(cluster.cache.reservationsOf(id)[0]?.isUnstarted, undefined);
});

test('a late observation from before a container’s start does not make it look unstarted', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, redis, { isLeftUnstarted: true });
  await resyncEngine(cluster, 'a');
  const known = cluster.cache.containers.get('a', id);
  const observedAt = new Date(known?.reportedAt ?? 0).toISOString();
  const other = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await other.start();
  t.teardown(() => other.stop());
  cluster.clock.turn(1_000);
  await startContainer(cluster, id);
  await other.catchUp();
  const state = () => other.containers.get('a', id)?.summary.state;
  t.is(state(), 'running');
  const summary = { id, name: 'redis', imageName: 'demo/busybox:1', createdAt: observedAt, labels: {}, ports: [] };
  const value = { engineId: 'a', observedAt, summary: { ...summary, state: 'created' as const } };
  await cluster.store.write([{ kind: 'container', id: `a/${id}`, value }]);
  await other.catchUp();
  t.is(state(), 'running');
});
