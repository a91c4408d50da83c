import test, { type ExecutionContext } from 'ava';
import { planContainer } from '../../src/commands/containers/plan-container.ts';
import { removeEngine } from '../../src/commands/engines/remove-engine.ts';
import { EngineWatcher } from '../../src/engine-sync/engine-watcher.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { Semaphore } from '../../src/runtime/semaphore.ts';
import type { Cluster } from '../../src/state/cluster.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 64 } as const;
const withData = { ...image, volumes: ['data:/x'] };

async function untilTrue(isSo: () => unknown): Promise<void> {
  for (const deadline = Date.now() + 30_000; !isSo(); ) {
    if (Date.now() > deadline) throw new Error(`never: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Two engines that are followed. */
async function followed(t: ExecutionContext): Promise<TestCluster> {
  const cluster = await startCluster(t, { engines: 2 });
  const semaphores = { well: new Semaphore(2), unwell: new Semaphore(2) };
  const watchers = cluster.engines.map(({ id }) => new EngineWatcher(cluster, id, { semaphores }));
  for (const each of watchers) each.start();
  t.teardown(() => Promise.all(watchers.map((each) => each.stop())));
  await untilTrue(() => ['a', 'b'].every((id) => cluster.cache.engineVolumes.get(id)));
  return cluster;
}

async function goDown(cluster: TestCluster, id: string): Promise<void> {
  cluster.pool.client({ id }).fail('any', 'engine_unreachable');
  await resyncEngine(cluster, id);
  await cluster.cache.catchUp();
}

/** As a server that was started just now, which has asked no engine yet. */
async function restarted(t: ExecutionContext, cluster: TestCluster): Promise<Cluster> {
  const cache = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await cache.start();
  t.teardown(() => cache.stop());
  return { ...cluster, cache };
}

async function refused(cluster: Cluster) {
  const { candidates, refused } = await planContainer(cluster, withData);
  return { candidates, reasons: refused.engines.map(({ engine, message }) => `${engine}: ${message}`) };
}

test('after a server restart, a container waits for its volume while its engine is down', async (t) => {
  const cluster = await followed(t);
  await cluster.pool.client({ id: 'b' }).createVolume({ name: 'data' });
  await untilTrue(() => cluster.cache.engineVolumes.get('b')?.value.names.includes('data') ?? false);
  await goDown(cluster, 'b');
  const later = await restarted(t, cluster);
  const { candidates, reasons } = await refused(later);
  t.deepEqual(candidates, []);
  t.true(reasons.includes('a: it has the volume data, which is on engine b, which is down'), reasons.join('\n'));
  await t.throwsAsync(runContainer(later, withData), { code: 'unschedulable' });
  t.false(cluster.pool.client({ id: 'a' }).volumes.has('data'), 'no empty one was made in its place');
  t.is((await runContainer(later, { ...image, volumes: ['other:/x'] })).engine.id, 'a');
});

test('no container waits for a removed volume, or for one of a removed engine', async (t) => {
  const cluster = await followed(t);
  const b = cluster.pool.client({ id: 'b' });
  await b.createVolume({ name: 'data' });
  await untilTrue(() => cluster.cache.engineVolumes.get('b')?.value.names.includes('data') ?? false);
  await b.removeVolume('data');
  await untilTrue(() => cluster.cache.engineVolumes.get('b')?.value.names.length === 0);
  await b.createVolume({ name: 'data' });
  await untilTrue(() => cluster.cache.engineVolumes.get('b')?.value.names.length === 1);
  await goDown(cluster, 'b');
  await removeEngine(cluster, 'b', { force: true });
  const later = await restarted(t, cluster);
  t.is(later.cache.engineVolumes.get('b'), undefined);
  t.is((await runContainer(later, withData)).engine.id, 'a');
});

test('anonymous volumes are neither stored nor considered', async (t) => {
  const cluster = await followed(t);
  const b = cluster.pool.client({ id: 'b' });
  b.calls.length = 0;
  await b.createVolume({});
  await b.createVolume({ name: 'data' });
  await untilTrue(() => cluster.cache.engineVolumes.get('b')?.value.names.includes('data') ?? false);
  t.deepEqual(cluster.cache.engineVolumes.get('b')?.value, { names: ['data'] });
  t.is(b.calls.filter((call) => call === 'listVolumes').length, 1);
});

test('an unknown volume may be on an engine whose volumes are not all known', async (t) => {
  const cluster = await followed(t);
  const write = (value: { readonly names: string[]; readonly isCut?: true } | undefined) =>
    cluster.store.write([{ kind: 'engine-volumes', id: 'b', ...(value && { value }) }]);
  await goDown(cluster, 'b');
  // What a server of the release before leaves.
  await write(undefined);
  const doubt = 'a: it has the volume data, which may be on engine b, which is down';
  t.true((await refused(await restarted(t, cluster))).reasons.includes(doubt));
  await write({ names: ['x'], isCut: true });
  t.true((await refused(await restarted(t, cluster))).reasons.includes(doubt));
  await write({ names: ['x'] });
  t.is((await refused(await restarted(t, cluster))).candidates.length, 1);
});

test('a late list does not replace a list that was requested after it', async (t) => {
  const cluster = await followed(t);
  const b = cluster.pool.client({ id: 'b' });
  const other = await restarted(t, cluster);
  const list = b.listVolumes.bind(b);
  let isFirst = true;
  b.listVolumes = async (options) => {
    const listed = await list(options);
    if (!isFirst) return listed;
    isFirst = false;
    // Meanwhile the volume is made, and the other server has asked and written.
    await b.createVolume({ name: 'data' });
    await untilTrue(() => other.cache.engineVolumes.get('b')?.value.names.includes('data') ?? false);
    return listed;
  };
  await planContainer(other, { ...image, volumes: ['nowhere:/x'] });
  t.deepEqual((await cluster.store.read('engine-volumes', 'b'))?.value, { names: ['data'] });
});
