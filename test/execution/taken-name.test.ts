import test, { type ExecutionContext } from 'ava';
import { planContainer } from '../../src/commands/containers/plan-container.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Store } from '../../src/store/store.ts';
import { startCluster } from '../fixtures/harness.ts';

const web: ImageConfig = {
  ...{ name: 'demo/busybox:1', type: 'label', restart_policy: {}, container_name: 'web', strategy: 'spread' },
};

const taken = (engine: string) => ({
  ...{ code: 'name_taken', message: `the container name web is taken on engine ${engine}` },
});

test('a name is unique in the cluster, until its container is removed', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  const { id, engine } = await runContainer(cluster, web);
  await t.throwsAsync(runContainer(cluster, web), taken(engine.id));
  await t.throwsAsync(runContainer(cluster, { ...web, labels: ['on-c'] }), taken(engine.id));
  await cluster.pool.client(engine).removeContainer(id);
  const [reservation] = cluster.cache.named('web');
  await cluster.store.release(reservation?.id ?? '');
  await cluster.cache.catchUp();
  t.is((await runContainer(cluster, { ...web, labels: ['on-c'] })).engine.id, 'c');
});

test('a plan names the engine that has the name', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await runContainer(cluster, { ...web, labels: ['on-b'] });
  const { candidates, refused } = await planContainer(cluster, { ...web, labels: ['on-a'] });
  t.deepEqual(candidates, []);
  t.deepEqual(refused.counts, [{ message: taken('b').message, engines: 2 }]);
});

test('of 20 concurrent runs with one name one succeeds', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  const runs = await Promise.allSettled(Array.from({ length: 20 }, () => runContainer(cluster, web)));
  t.is(runs.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const run of runs) if (run.status === 'rejected') t.is(run.reason.code, 'name_taken');
  t.is(cluster.engines.flatMap(({ containers }) => [...containers]).length, 1);
});

test('the ledger refuses a name that this server does not know yet', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await runContainer(cluster, { ...web, labels: ['on-a'] });
  const { named } = cluster.cache;
  cluster.cache.named = () => [];
  t.teardown(() => {
    cluster.cache.named = named;
  });
  await t.throwsAsync(runContainer(cluster, { ...web, labels: ['on-b'] }), taken('a'));
});

test('the name of a foreign container that is not cached yet is taken', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  cluster.engines[0]?.runForeign('web');
  await t.throwsAsync(runContainer(cluster, { ...web, strategy: 'binpack' }), taken('a'));
  t.deepEqual(cluster.cache.named('web'), []);
  t.is(cluster.engines[1]?.containers.size, 0);
});

test('existing duplicate names stay, and are refused to others while one of them exists', async (t) => {
  const cluster = await startCluster(t, { engines: 3, wrap: forgetNames });
  await runContainer({ ...cluster, settings: { ...cluster.settings, nameScope: 'engine' } }, web);
  const second = await runContainer({ ...cluster, settings: { ...cluster.settings, nameScope: 'engine' } }, web);
  t.is(cluster.cache.named('web').length, 2);
  const [first] = cluster.cache.named('web');
  await t.throwsAsync(runContainer(cluster, web), { code: 'name_taken' });
  await cluster.store.release(first?.id ?? '');
  await cluster.cache.catchUp();
  await t.throwsAsync(runContainer(cluster, web), taken(second.engine.id));
});

for (const scope of ['cluster', 'engine'] as const) {
  test(`unique per ${scope}: ${scope === 'cluster' ? 'one' : 'each engine has one'}`, async (t) => {
    const cluster = await startCluster(t, { engines: 2, settings: { nameScope: scope } });
    await runContainer(cluster, web);
    await checkSecond(t, runContainer(cluster, web), scope);
  });
}

async function checkSecond(t: ExecutionContext, second: Promise<unknown>, scope: 'cluster' | 'engine'): Promise<void> {
  if (scope === 'cluster') await t.throwsAsync(second, { code: 'name_taken' });
  else await t.notThrowsAsync(second);
}

/** As a server of an older release, which records no names for the ledger. */
function forgetNames(store: Store): Store {
  return { ...store, reserve: (request) => store.reserve({ ...request, nameScope: 'engine' }) };
}
