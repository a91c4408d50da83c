import test from 'ava';
import { ContainerPublisher } from '../../src/engine-sync/container-publisher.ts';
import { EngineWatchers } from '../../src/engine-sync/engine-watchers.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import type { Fence } from '../../src/store/store.ts';
import { startCluster } from '../fixtures/harness.ts';

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await isSo()); ) {
    if (Date.now() > deadline) throw new Error(`never: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a server that begins to follow an engine publishes what it saw there before', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache, store } = cluster;
  let fence: Fence | undefined;
  let asked = 0;
  const follower = {
    fence: () => {
      asked += 1;
      return fence;
    },
  };
  const publisher = new ContainerPublisher(cluster, follower);
  const watchers = new EngineWatchers(cluster, follower, publisher);
  t.teardown(async () => {
    await watchers.stop();
    await publisher.stop();
  });
  publisher.start();
  // As after a call by this server, while the lease of the one that followed the engine has not ended.
  const id = cluster.pool.client({ id: 'a' }).runForeign('theirs');
  await resyncEngine(cluster, 'a');
  await until(() => cache.containers.get('a', id)?.detail !== undefined);
  await until(() => asked >= 2);
  t.deepEqual(await store.list('container'), []);

  const lease = await store.acquireLease('watch/0', 'this server', 600_000);
  fence = { name: 'watch/0', token: lease?.token ?? 0 };
  watchers.start();
  await until(async () => (await store.list('container')).length === 1);
  t.deepEqual(cache.containers.unpublishedEngines(), []);
});
