import test from 'ava';
import { EngineWatcher } from '../../src/engine-sync/engine-watcher.ts';
import { refreshEngines } from '../../src/engine-sync/refresh-engines.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { ShardAssignment } from '../../src/membership/shard-assignment.ts';
import { Semaphore } from '../../src/runtime/semaphore.ts';
import type { Fence, Store } from '../../src/store/store.ts';
import { startCluster } from '../fixtures/harness.ts';

const name = 'watch/7';

async function take(store: Store, holder: string, leaseMs = 60_000): Promise<Fence> {
  const lease = await store.acquireLease(name, holder, leaseMs);
  if (!lease) throw new Error(`${holder} did not get the lease`);
  return { name, token: lease.token };
}

test('a frozen watcher that lost its lease cannot mark the engine as down', async (t) => {
  let thaw = () => {};
  let frozen: () => void = () => {};
  const isFrozen = new Promise<void>((resolve) => {
    frozen = resolve;
  });
  const thawed = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  const { engines, ...cluster } = await startCluster(t, { engines: 1 });
  const { store, cache } = cluster;
  // The server of the watcher stops between its decision and its write.
  const slow: Store = {
    ...store,
    async write(changes, guard) {
      frozen();
      await thawed;
      return store.write(changes, guard);
    },
  };
  const fence = await take(store, 'frozen');
  const watcher = new EngineWatcher({ ...cluster, store: slow }, 'a', {
    semaphores: { well: new Semaphore(1), unwell: new Semaphore(1) },
    fence,
  });
  engines[0]?.fail('any', 'engine_timeout');
  const resyncing = watcher.resync();
  await isFrozen;

  engines[0]?.heal();
  await store.releaseLease(name, fence.token);
  await resyncEngine(cluster, 'a', await take(store, 'other'));
  const { version } = cache.engine('a');
  thaw();
  await resyncing;
  await cache.catchUp();
  t.like(cache.engine('a'), { version, value: { condition: 'ok' } });
});

test('the lease holder writes, and a requested resync needs no lease', async (t) => {
  const { engines, ...cluster } = await startCluster(t, { engines: 1 });
  const { store, cache } = cluster;
  const condition = () => cache.engine('a').value.condition;
  const lost = await take(store, 'one', 0);
  const held = await take(store, 'two');

  engines[0]?.fail('any', 'engine_timeout');
  await resyncEngine(cluster, 'a', lost);
  t.is(condition(), 'ok');
  await resyncEngine(cluster, 'a', held);
  t.is(condition(), 'down');
  engines[0]?.heal();
  await resyncEngine(cluster, 'a', lost);
  t.is(condition(), 'down');
  await refreshEngines(cluster, 'a');
  t.is(condition(), 'ok');
});

test('only the lease holder publishes observations', async (t) => {
  const { engines, ...cluster } = await startCluster(t, { engines: 1 });
  const { store, cache } = cluster;
  const lost = await take(store, 'one', 0);
  const held = await take(store, 'two');
  const published = () => cache.publishedObservation('a')?.value.observedAt;
  const before = published();
  engines[0]?.runForeign('theirs');
  engines[0]?.images.add('local/tool:1');
  await resyncEngine(cluster, 'a', lost);
  await cache.catchUp();
  t.is(published(), before);
  // The repair carries no fence.
  t.deepEqual(
    cache.reservations('a').map((each) => each.name),
    ['theirs'],
  );
  await resyncEngine(cluster, 'a', held);
  await cache.catchUp();
  t.not(published(), before);
});

test('the fence of an engine is the lease of its shard, and expires with it', async (t) => {
  const cluster = await startCluster(t);
  const { store } = cluster;
  const share = new ShardAssignment(cluster, 'one');
  t.is(share.fence('web-1'), undefined);
  share.start();
  t.teardown(() => share.stop());
  for (const deadline = Date.now() + 30_000; !share.fence('web-1') && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const fence = share.fence('web-1');
  t.true(share.has('web-1'));
  t.regex(fence?.name ?? '', /^watch\/\d+$/);
  t.true((await store.write([], { lease: fence })).ok);
  await store.releaseLease(fence?.name ?? '', fence?.token ?? 0);
  t.like(await store.write([], { lease: fence }), { conflict: 'lease' });
});
