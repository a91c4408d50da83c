import test, { type ExecutionContext } from 'ava';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { createService } from '../../../src/commands/services/change-service.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { containersOf, eventually, isRunning, startServer, untilShown } from './stage.ts';

const image = { ...busybox, strategy: 'spread', spread: 'engine' } as const;

/** One replica on each of so many engines, none of which has any time to come back. */
async function begin(t: ExecutionContext, engines: number): Promise<TestCluster> {
  const cluster = await startCluster(t, { engines });
  await startServer(t, cluster);
  const update = { ...policy, monitor: 0 };
  await createService(cluster, 'web', { ...spec, image, update, replicas: engines, grace: 0 });
  await untilShown(t, cluster, 'web', isRunning);
  return cluster;
}

async function foundDown(cluster: TestCluster, id: string): Promise<void> {
  cluster.pool.client({ id }).fail('any', 'engine_unreachable');
  await resyncEngine(cluster, id);
}

/** Nothing more is started: a service that comes later has its replica, and all others were looked at before. */
async function settle(t: ExecutionContext, cluster: TestCluster, witness: string): Promise<string[]> {
  const only = { ...image, labels: ['on-c'] };
  await createService(cluster, witness, { ...spec, image: only, update: { ...policy, monitor: 0 }, replicas: 1 });
  const isThere = async () => {
    await resyncEngine(cluster, 'c');
    return cluster.engines.some(({ containers }) =>
      [...containers.values()].some(({ labels }) => labels['satsuma.service'] === witness),
    );
  };
  await eventually(t, isThere);
  return containersOf(cluster);
}

const pingsOf = ({ engines }: TestCluster, id: string) =>
  engines.find((each) => each.id === id)?.calls.filter((call) => call === 'ping').length ?? 0;

test('of two engines that fail together the first is not given up because it is found down first', async (t) => {
  const cluster = await begin(t, 3);
  cluster.pool.client({ id: 'b' }).fail('any', 'engine_unreachable');
  await foundDown(cluster, 'a');
  await eventually(t, () => pingsOf(cluster, 'c') > 0);
  const after = await settle(t, cluster, 'first');
  t.is(after.filter((each) => each.startsWith('c/')).length, 2, 'its own, and the witness');
  await foundDown(cluster, 'b');
  await settle(t, cluster, 'second');
  // One is back. The other may be as well, and is given up when it is not found well in time.
  cluster.pool.client({ id: 'b' }).heal();
  await resyncEngine(cluster, 'b');
  await settle(t, cluster, 'third');
  t.false('isLossConfirmed' in cluster.cache.engine('a').value);
  cluster.clock.turn(80_000);
  await untilShown(t, cluster, 'web', ({ ready }) => ready === 3);
  t.true(cluster.cache.engine('a').value.isLossConfirmed);
  t.false('isLossConfirmed' in cluster.cache.engine('b').value);
});

test('what is given up stays so when others fail later, and is forgotten when the engine is back', async (t) => {
  const cluster = await begin(t, 3);
  await foundDown(cluster, 'a');
  await untilShown(t, cluster, 'web', ({ ready }) => ready === 3);
  await foundDown(cluster, 'b');
  await settle(t, cluster, 'witness');
  t.true(cluster.cache.engine('a').value.isLossConfirmed);
  t.false('isLossConfirmed' in cluster.cache.engine('b').value);
  cluster.pool.client({ id: 'a' }).heal();
  await resyncEngine(cluster, 'a');
  t.false('isLossConfirmed' in cluster.cache.engine('a').value);
});

test('who says that one engine is lost speaks of that engine only', async (t) => {
  const cluster = await begin(t, 3);
  for (const id of ['a', 'b']) cluster.pool.client({ id }).fail('any', 'engine_unreachable');
  for (const id of ['a', 'b']) await resyncEngine(cluster, id);
  await updateEngine(cluster, 'a', { intent: 'lost' });
  await untilShown(t, cluster, 'web', ({ ready }) => ready === 2);
  const after = await settle(t, cluster, 'witness');
  t.is(after.filter((each) => each.startsWith('c/')).length, 3, 'its own, that of a, and the witness');
  t.false('isLossConfirmed' in cluster.cache.engine('b').value);
});

test('who is back while others are still asked gives up nobody that may be back as well', async (t) => {
  const cluster = await begin(t, 3);
  // The ping is on its way when the second one is found down.
  cluster.pool.client({ id: 'b' }).latencyMs.set('ping', 500);
  cluster.pool.client({ id: 'b' }).fail('ping', 'engine_timeout');
  await foundDown(cluster, 'a');
  await eventually(t, () => pingsOf(cluster, 'b') > 0);
  cluster.pool.client({ id: 'b' }).fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'b');
  cluster.clock.turn(5_000);
  await settle(t, cluster, 'first');
  cluster.pool.client({ id: 'a' }).heal();
  await resyncEngine(cluster, 'a');
  cluster.clock.turn(5_000);
  await settle(t, cluster, 'second');
  await eventually(t, () => pingsOf(cluster, 'c') > 0);
  cluster.clock.turn(5_000);
  await settle(t, cluster, 'third');
  t.false('isLossConfirmed' in cluster.cache.engine('b').value);
});

test('an engine is not given up before those that fail together with it have failed', async (t) => {
  const cluster = await begin(t, 3);
  await foundDown(cluster, 'a');
  await eventually(t, () => cluster.cache.engine('a').value.isLossConfirmed === true);
  t.true(cluster.cache.ages.downForMs(cluster.cache.engine('a').value) >= 2_000);
});

test('a hold counts from the moment at which too many are down, however short that is', async (t) => {
  const cluster = await begin(t, 3);
  await foundDown(cluster, 'a');
  await foundDown(cluster, 'b');
  await settle(t, cluster, 'first');
  cluster.pool.client({ id: 'b' }).heal();
  await resyncEngine(cluster, 'b');
  cluster.clock.turn(3_000);
  await settle(t, cluster, 'second');
  t.false('isLossConfirmed' in cluster.cache.engine('a').value);
});
