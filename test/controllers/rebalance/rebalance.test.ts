import test, { type ExecutionContext } from 'ava';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { showRebalance, startRebalance, stopRebalance } from '../../../src/commands/rebalance/ask-rebalance.ts';
import { createService, pauseService, scaleService } from '../../../src/commands/services/change-service.ts';
import type { Rebalance } from '../../../src/model/rebalance.ts';
import type { ServiceSpec } from '../../../src/model/service.ts';
import { planRebalance } from '../../../src/simulation/rebalance/plan-rebalance.ts';
import { busybox, policy, spec } from '../../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../../fixtures/harness.ts';
import { Life } from '../../fixtures/mortal.ts';
import {
  containersOf,
  endLeadOf,
  eventually,
  isRunning,
  resyncAll,
  startServer,
  untilShown,
} from '../services/stage.ts';

const web: ServiceSpec = {
  ...spec,
  ...{ image: { ...busybox, strategy: 'spread' }, replicas: 4, grace: 0, update: { ...policy, monitor: 0 } },
};

/** Four replicas on engine a, and engine b, which came later. */
async function joined(t: ExecutionContext, service: Partial<ServiceSpec> = {}): Promise<TestCluster> {
  const cluster = await startCluster(t, { engines: 1 });
  await startServer(t, cluster);
  await createService(cluster, 'web', { ...web, ...service });
  await untilShown(t, cluster, 'web', (shown) => isRunning(shown) && shown.rollout?.state === 'completed');
  await registerEngine(cluster, { id: 'b', addr: 'https://b.test:2376', labels: ['on-b'] });
  return { ...cluster, engines: ['a', 'b'].map((id) => cluster.pool.client({ id })) };
}

async function untilOver(t: ExecutionContext, cluster: TestCluster): Promise<Rebalance> {
  let seen: Rebalance | undefined;
  const isOver = async () => {
    await resyncAll(cluster);
    seen = await showRebalance(cluster);
    return seen?.state === 'done' || seen?.state === 'stopped';
  };
  await eventually(t, isOver, () => seen);
  return seen as Rebalance;
}

const countOn = (cluster: TestCluster, engine: string) =>
  containersOf(cluster).filter((each) => each.startsWith(`${engine}/`)).length;

test('what is planned is made, one at a time, and then nothing is left to do', async (t) => {
  const cluster = await joined(t);
  const plan = await planRebalance(cluster);
  t.like(plan, { before: { containers: { least: 0, most: 4 } }, after: { containers: { least: 2, most: 2 } } });
  t.is(countOn(cluster, 'b'), 0);
  const { rebalance } = await startRebalance(cluster, 1);
  t.deepEqual(
    rebalance.moves.map(({ slot, from, to, state }) => ({ slot, from, to, state })),
    ['1', '2'].map((slot) => ({ slot, from: 'a', to: 'b', state: 'waiting' })),
  );
  let most = 0;
  await untilShown(t, cluster, 'web', (shown) => {
    most = Math.max(most, containersOf(cluster).length);
    t.is(shown.ready, 4);
    return countOn(cluster, 'b') === 2 && isRunning(shown);
  });
  const done = await untilOver(t, cluster);
  t.deepEqual(
    done.moves.map(({ state }) => state),
    ['done', 'done'],
  );
  t.is(done.state, 'done');
  t.is(most, 5);
  t.deepEqual(containersOf(cluster), ['a/3/1/1', 'a/4/1/1', 'b/1/1/2', 'b/2/1/2']);
  t.deepEqual((await planRebalance(cluster)).moves, []);
  t.is((await startRebalance(cluster, 1)).rebalance.state, 'done');
});

test('a replica whose successor fails stays, and it is said why', async (t) => {
  const cluster = await joined(t);
  cluster.engines[1]?.fail('startContainer', 'engine_failed');
  await startRebalance(cluster, 2);
  const { moves } = await untilOver(t, cluster);
  for (const { state, reason } of moves) {
    t.is(state, 'given up');
    t.regex(reason ?? '', /startContainer fails/);
  }
  const shown = await untilShown(t, cluster, 'web', isRunning);
  t.is(shown.rollout?.state, 'completed');
  t.is(countOn(cluster, 'a'), 4);
  t.true(containersOf(cluster).every((each) => each.endsWith('/1/1')));
});

test('one whose successor ends before it has proved itself stays too', async (t) => {
  const cluster = await joined(t, { update: { ...policy, monitor: 2 } });
  await startRebalance(cluster, 1);
  const onB = () => [...(cluster.engines[1]?.containers.values() ?? [])];
  await eventually(t, () => onB().some(({ state }) => state === 'running'));
  cluster.engines[1]?.exit(onB()[0]?.id ?? '', 7);
  const { moves } = await untilOver(t, cluster);
  t.like(moves[0], { state: 'given up', reason: 'it ended with exit code 7' });
  t.true(containersOf(cluster).includes('a/1/1/1'));
  t.is((await untilShown(t, cluster, 'web', isRunning)).ready, 4);
});

test('an engine that goes to maintenance meanwhile gets nothing', async (t) => {
  const cluster = await joined(t);
  cluster.engines[1]?.latencyMs.set('createContainer', 300);
  await startRebalance(cluster, 1);
  await eventually(t, async () => (await showRebalance(cluster))?.moves[0]?.state === 'moving');
  await updateEngine(cluster, 'b', { intent: 'maintenance' });
  const { moves } = await untilOver(t, cluster);
  t.like(moves[1], { state: 'skipped', reason: 'engine b would not be better any more' });
  t.is((await untilShown(t, cluster, 'web', isRunning)).ready, 4);
});

test('stopped, what is under way ends and the rest stays', async (t) => {
  const cluster = await joined(t);
  cluster.engines[1]?.latencyMs.set('createContainer', 300);
  await startRebalance(cluster, 1);
  await t.throwsAsync(startRebalance(cluster, 1), { code: 'rebalance_running' });
  await eventually(t, async () => (await showRebalance(cluster))?.moves[0]?.state === 'moving');
  await stopRebalance(cluster);
  const { state, moves } = await untilOver(t, cluster);
  t.is(state, 'stopped');
  t.like(moves[0], { state: 'done' });
  t.like(moves[1], { state: 'skipped', reason: 'the rebalance was stopped' });
  await t.throwsAsync(stopRebalance(cluster), { code: 'no_rebalance' });
  t.is(countOn(cluster, 'b'), 1);
});

test('a replica that is not wanted any more is not moved', async (t) => {
  const cluster = await joined(t);
  cluster.engines[1]?.latencyMs.set('createContainer', 300);
  await startRebalance(cluster, 1);
  await eventually(t, async () => (await showRebalance(cluster))?.moves[0]?.state === 'moving');
  await scaleService(cluster, 'web', 1);
  const { moves } = await untilOver(t, cluster);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  t.is(replicas.length, 1);
  const unwanted = moves.filter(({ slot }) => slot !== replicas[0]?.view.slot);
  t.true(unwanted.length > 0);
  t.true(
    unwanted.every(({ state }) => state === 'skipped'),
    JSON.stringify(moves),
  );
});

test('what does not move is said', async (t) => {
  const cluster = await joined(t, { image: busybox });
  const says = async () =>
    (await planRebalance(cluster)).unchanged.map(({ service, code, replicas }) => [service, code, replicas]);
  t.deepEqual(await says(), [['web', 'binpack', 4]]);
  await createService(cluster, 'data', { ...web, replicas: 1, image: { ...busybox, volumes: ['data:/data'] } });
  await createService(cluster, 'each', { ...web, replicas: 'global' });
  await createService(cluster, 'slow', {
    ...web,
    replicas: 2,
    update: policy,
    image: { ...busybox, environment: { A: '1' } },
  });
  for (const name of ['data', 'each', 'slow']) await untilShown(t, cluster, name, isRunning);
  await pauseService(cluster, 'slow');
  t.deepEqual(await says(), [
    ['data', 'local_volume', 1],
    ['each', 'global', 2],
    ['slow', 'paused', 2],
    ['web', 'binpack', 4],
  ]);
});

test('whoever leads next goes on with it', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const life = new Life({ call: 'never', when: 'before' });
  await startServer(t, cluster, { id: 'first', life });
  await createService(cluster, 'web', web);
  await untilShown(t, cluster, 'web', isRunning);
  await registerEngine(cluster, { id: 'b', addr: 'https://b.test:2376', labels: ['on-b'] });
  const all = { ...cluster, engines: ['a', 'b'].map((id) => cluster.pool.client({ id })) };
  await startRebalance(cluster, 1);
  await eventually(t, () => countOn(all, 'b') === 1);
  life.end();
  await endLeadOf(cluster, 'first');
  await startServer(t, cluster, { id: 'second' });
  const { moves } = await untilOver(t, all);
  t.deepEqual(
    moves.map(({ state }) => state),
    ['done', 'done'],
  );
  await untilShown(t, all, 'web', isRunning);
  t.is(countOn(all, 'b'), 2);
  t.is(containersOf(all).length, 4);
});
