import test, { type ExecutionContext } from 'ava';
import { SettingsGuard } from '../../src/membership/settings-guard.ts';
import { differences, sharedSettings } from '../../src/membership/shared-settings.ts';
import type { Cluster } from '../../src/state/cluster.ts';
import { startCluster } from '../fixtures/harness.ts';

const source = {
  ...{ overcommit: 1, leaseMs: 30_000, deadlines: { startMs: 60_000 }, nameScope: 'cluster' as const },
  ...{
    types: { web: ['label', 'port'], db: ['label'] },
    schedulers: ['b', 'a'],
    networkPlugins: ['x'],
    installation: 'one',
  },
};
const ours = sharedSettings(source);

test('the order of names does not matter', (t) => {
  const types = { db: ['label'], web: ['label', 'port'] };
  t.deepEqual(sharedSettings({ ...source, types, schedulers: ['a', 'b'] }), ours);
});

/** Writes that server's sign of life until the test ends or it is stopped; the store is closed after the last write. */
function keepAlive(t: ExecutionContext, { store }: Cluster, id: string): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const beating = setInterval(() => {
    last = last.then(() => store.write([{ kind: 'server', id, value: { beat: '' } }]));
  }, 100);
  const stop = async () => {
    clearInterval(beating);
    await last;
  };
  t.teardown(stop);
  return stop;
}

for (const [key, change] of Object.entries({
  overcommit: { overcommit: 2 },
  types: { types: { web: ['port', 'label'] } },
  schedulers: { schedulers: ['a'] },
  'network-plugins': { networkPlugins: [] },
  lease: { leaseMs: 5_000 },
  'name-scope': { nameScope: 'engine' as const },
  'deadlines.start': { deadlines: { startMs: 5_000 } },
  installation: { installation: 'two' },
})) {
  test(`another ${key} is a difference`, (t) => {
    const found = differences(ours, sharedSettings({ ...source, ...change }));
    t.is(found.length, 1);
    t.true(found[0]?.startsWith(`"${key}" is `), found[0]);
  });
}

test('a server with other settings is refused while another one is alive, and takes over otherwise', async (t) => {
  const cluster = await startCluster(t);
  const { store } = cluster;
  await new SettingsGuard(cluster, 'one', ours).join();
  await new SettingsGuard(cluster, 'two', ours).join();
  const other = sharedSettings({ ...source, overcommit: 2 });
  const stop = keepAlive(t, cluster, 'one');
  await t.throwsAsync(new SettingsGuard(cluster, 'three', other).join(), {
    ...{ code: 'invalid', message: /has other settings: "overcommit" is 2 here and 1 there; give all servers/ },
  });
  t.deepEqual(
    (await store.list('server')).map(({ id }) => id),
    ['one', 'two'],
  );
  await stop();
  await store.write([{ kind: 'server', id: 'one' }]);
  await store.write([{ kind: 'server', id: 'two' }]);
  await new SettingsGuard(cluster, 'three', other).join();
  t.deepEqual((await store.read('settings', 'shared'))?.value, other);
});

test('a server without heartbeats causes no refusal', async (t) => {
  const cluster = await startCluster(t);
  await new SettingsGuard(cluster, 'crashed', ours).join();
  await t.notThrowsAsync(new SettingsGuard(cluster, 'two', sharedSettings({ ...source, overcommit: 2 })).join());
});

test('of two servers that start concurrently with different settings one is refused', async (t) => {
  const cluster = await startCluster(t);
  const guards = [1, 2].map((overcommit) => {
    const guard = new SettingsGuard(cluster, `server ${overcommit}`, sharedSettings({ ...source, overcommit }));
    return guard.join().then(() => void keepAlive(t, cluster, `server ${overcommit}`));
  });
  const results = await Promise.allSettled(guards);
  t.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('a server that was replaced while it was frozen must stop', async (t) => {
  const cluster = await startCluster(t);
  const guard = new SettingsGuard(cluster, 'one', ours);
  await guard.join();
  await cluster.store.write([{ kind: 'settings', id: 'shared', value: sharedSettings({ ...source, overcommit: 2 }) }]);
  t.regex((await guard.watch())?.message ?? '', /"overcommit" is 1 here and 2 there/);
});

test('lost settings are written again', async (t) => {
  const cluster = await startCluster(t);
  const guard = new SettingsGuard(cluster, 'one', ours);
  await guard.join();
  await cluster.store.write([{ kind: 'settings', id: 'shared' }]);
  const watching = guard.watch();
  while (!(await cluster.store.read('settings', 'shared'))) await new Promise((resolve) => setTimeout(resolve, 50));
  await guard.stop();
  t.is(await watching, undefined);
});
