import test, { type ExecutionContext } from 'ava';
import { planContainer } from '../../src/commands/containers/plan-container.ts';
import { startContainer } from '../../src/commands/containers/start-container.ts';
import { stopContainer } from '../../src/commands/containers/stop-container.ts';
import { registerEngine } from '../../src/commands/engines/register-engine.ts';
import { removeEngine } from '../../src/commands/engines/remove-engine.ts';
import { showEngine } from '../../src/commands/engines/show-engine.ts';
import { noteFailedStart } from '../../src/execution/note-start.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { type ImageConfig, strategyNames } from '../../src/model/image-config.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const minuteMs = 60_000;
const busybox = (changes: Partial<ImageConfig> = {}): ImageConfig => ({
  ...{ name: 'demo/busybox:1', type: 'label', restart_policy: {}, ...changes },
});

/** Three engines, of which the first cannot start anything, as one container found out. */
async function withBroken(t: ExecutionContext): Promise<TestCluster> {
  const cluster = await startCluster(t, { engines: 3 });
  cluster.engines[0]?.fail('startContainer', 'engine_failed');
  t.is((await runContainer(cluster, busybox({ memory: 100 }))).engine.id, 'b');
  return cluster;
}

function startsOn({ engines: [first] }: TestCluster): number {
  return first?.calls.filter((call) => call.startsWith('startContainer')).length ?? 0;
}

for (const strategy of strategyNames) {
  test(`an engine with a failed start ranks last, with ${strategy}`, async (t) => {
    const cluster = await withBroken(t);
    for (let turn = 0; turn < 6; turn++) {
      const { candidates } = await planContainer(cluster, busybox({ strategy }));
      t.is(candidates.at(-1)?.engine.id, 'a');
      t.is(candidates.at(-1)?.failures, 1);
      t.true(candidates.slice(0, -1).every(({ failures }) => failures === undefined));
      await runContainer(cluster, busybox({ strategy }));
    }
    t.is(startsOn(cluster), 1);
  });
}

test('it ranks last regardless of the schedulers’ preferences', async (t) => {
  const cluster = await withBroken(t);
  t.not((await runContainer(cluster, busybox({ constraints: ['node==~a'] }))).engine.id, 'a');
});

test('its failures are shown', async (t) => {
  const cluster = await withBroken(t);
  const { failures } = await showEngine(cluster, 'a');
  t.like(failures, { count: 1, reason: 'engine a: startContainer fails with engine_failed' });
  t.is(failures?.since, failures?.last);
  t.is((await showEngine(cluster, 'b')).failures, undefined);
});

test('if no other engine is left it is tried nevertheless, and the container’s placement says so', async (t) => {
  const cluster = await withBroken(t);
  cluster.engines[0]?.heal();
  const ran = await runContainer(cluster, busybox({ labels: ['on-a'] }));
  t.is(ran.engine.id, 'a');
  t.is(cluster.cache.reservationsOf(ran.id)[0]?.reason.failures, 1);
});

test('a successful start clears an engine’s failures, on every server', async (t) => {
  const cluster = await withBroken(t);
  const other = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await other.start();
  t.teardown(() => other.stop());
  t.is(other.snapshot('a').failures, 1);
  cluster.engines[0]?.heal();
  await runContainer(cluster, busybox({ labels: ['on-a'] }));
  t.is((await showEngine(cluster, 'a')).failures, undefined);
  t.is((await planContainer(cluster, busybox())).candidates.length, 3);
  await other.catchUp();
  t.is(other.snapshot('a').failures, 0);
  t.deepEqual(await cluster.store.list('start-failures'), []);
});

test('starts of existing containers count as well', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, busybox());
  await stopContainer(cluster, id);
  cluster.engines[0]?.fail('startContainer', 'engine_failed');
  await t.throwsAsync(startContainer(cluster, id), { code: 'engine_failed' });
  cluster.engines[0]?.fail('startContainer', 'engine_lacks');
  await t.throwsAsync(startContainer(cluster, id), { code: 'engine_lacks' });
  t.is((await showEngine(cluster, 'a')).failures?.count, 1);
  cluster.engines[0]?.heal();
  await startContainer(cluster, id);
  t.is((await showEngine(cluster, 'a')).failures, undefined);
});

test('a start that times out counts; a taken port, a wrong command or a missing device does not', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const failuresAfter = async (code: 'engine_timeout' | 'port_taken' | 'engine_refused' | 'engine_lacks') => {
    cluster.engines[0]?.fail('startContainer', code, { times: 1 });
    await t.throwsAsync(runContainer(cluster, busybox()));
    return (await showEngine(cluster, 'a')).failures?.count;
  };
  t.is(await failuresAfter('port_taken'), undefined);
  t.is(await failuresAfter('engine_refused'), undefined);
  t.is(await failuresAfter('engine_lacks'), undefined);
  t.is(await failuresAfter('engine_timeout'), 1);
});

test('many failures are counted, and written occasionally', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const error = new SatsumaError('engine_failed', `no ${'x'.repeat(10_000)}`);
  const versions = new Set<number | undefined>();
  const fail = async () => {
    await noteFailedStart(cluster, 'a', error);
    versions.add((await cluster.store.read('start-failures', 'a'))?.version);
  };
  for (let count = 0; count < 100; count++) await fail();
  t.is(versions.size, 1);
  t.is((await showEngine(cluster, 'a')).failures?.count, 100);
  cluster.clock.turn(30_000);
  await fail();
  t.is(versions.size, 2);
  const found = await cluster.store.read('start-failures', 'a');
  t.is(found?.value.count, 101);
  t.true(JSON.stringify(found).length < 1_000);
});

test('a failure is forgotten after ten minutes, also by a server that starts later', async (t) => {
  const cluster = await withBroken(t);
  cluster.clock.turn(9 * minuteMs);
  t.is((await planContainer(cluster, busybox())).candidates.at(-1)?.failures, 1);
  cluster.clock.turn(1 * minuteMs);
  t.true((await planContainer(cluster, busybox())).candidates.every(({ failures }) => failures === undefined));
  t.is((await showEngine(cluster, 'a')).failures, undefined);
  const later = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await later.start();
  t.teardown(() => later.stop());
  t.is(later.snapshot('a').failures, 0);
  await noteFailedStart(cluster, 'a', new SatsumaError('engine_failed', 'again'));
  t.like((await showEngine(cluster, 'a')).failures, { count: 1, reason: 'again' });
});

test('a re-registered engine has no failures', async (t) => {
  const cluster = await withBroken(t);
  await removeEngine(cluster, 'a', { force: false });
  await registerEngine(cluster, { id: 'a', addr: 'https://a.test:2376', labels: [] });
  t.is((await showEngine(cluster, 'a')).failures, undefined);
});
