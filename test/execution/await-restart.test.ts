import test, { type ExecutionContext } from 'ava';
import { startContainer } from '../../src/commands/containers/start-container.ts';
import { stopContainer } from '../../src/commands/containers/stop-container.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { busybox } from '../decisions/services/views.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

const deadlines = { startMs: 60_000, restartMs: 30_000 };
const image = { ...busybox, strategy: 'binpack' } as const;

async function open(t: ExecutionContext, engines: number, restartMs = deadlines.restartMs): Promise<TestCluster> {
  return await startCluster(t, { engines, settings: { deadlines: { ...deadlines, restartMs } } });
}

async function takeDown(cluster: TestCluster, id: string): Promise<void> {
  cluster.pool.client({ id }).fail('any', 'engine_unreachable');
  await resyncEngine(cluster, id);
}

async function comeBack(cluster: TestCluster, id: string): Promise<void> {
  cluster.pool.client({ id }).heal();
  await resyncEngine(cluster, id);
}

/** Resolves once memory was brought up to date so many times: each round of a run does it. */
function untilRefused({ cache }: TestCluster, times: number): Promise<void> {
  const catchUp = cache.catchUp.bind(cache);
  return new Promise((resolve) => {
    let left = times;
    cache.catchUp = () => {
      left -= 1;
      if (left === 0) resolve();
      return catchUp();
    };
  });
}

test('a run whose only engine is restarting runs there once it is back', async (t) => {
  const cluster = await open(t, 1);
  await takeDown(cluster, 'a');
  const refused = untilRefused(cluster, 4);
  const running = runContainer(cluster, image);
  await refused;
  t.is(cluster.cache.reservations().length, 0, 'nothing is held meanwhile');
  await comeBack(cluster, 'a');
  t.is((await running).engine.id, 'a');
});

test('a run that meets the restarts of several engines runs on one that is back', async (t) => {
  const cluster = await open(t, 3);
  for (const engine of cluster.engines) engine.fail('createContainer', 'engine_unreachable', { times: 1 });
  const { id } = await runContainer(cluster, image);
  const holding = cluster.engines.filter(({ containers }) => containers.size > 0);
  t.deepEqual(
    holding.map(({ containers }) => [...containers.keys()]),
    [[id]],
  );
  t.is(cluster.cache.reservations().length, 1);
});

test('a run is refused immediately if no restarting engine is suitable', async (t) => {
  const cluster = await open(t, 2);
  await takeDown(cluster, 'a');
  let rounds = 0;
  const catchUp = cluster.cache.catchUp.bind(cluster.cache);
  cluster.cache.catchUp = () => {
    rounds += 1;
    return catchUp();
  };
  for (const wanted of [{ type: 'label', labels: ['on-mars'] }, { memory: 100_000 }])
    await t.throwsAsync(runContainer(cluster, { ...image, ...wanted }), { code: 'unschedulable' });
  t.true(rounds < 10, String(rounds));
});

test('a run does not wait for an engine that has been down for longer, nor if waiting is disabled', async (t) => {
  const cluster = await open(t, 1);
  await takeDown(cluster, 'a');
  cluster.clock.turn(deadlines.restartMs);
  await t.throwsAsync(runContainer(cluster, image), { code: 'unschedulable' });
  const other = await open(t, 1, 0);
  await takeDown(other, 'a');
  await t.throwsAsync(runContainer(other, image), { code: 'unschedulable' });
});

test('a replica does not wait: its control loop retries', async (t) => {
  const cluster = await open(t, 1);
  await takeDown(cluster, 'a');
  const replica = { service: 'web', slot: '1', generation: 1, copy: 1 } as const;
  await t.throwsAsync(runContainer(cluster, image, { replica }), { code: 'unschedulable' });
});

test('a created container is started once its engine is back, without a second one', async (t) => {
  const cluster = await open(t, 2);
  const [a] = cluster.engines;
  a?.fail('startContainer', 'engine_unreachable', { times: 2 });
  const { id, engine } = await runContainer(cluster, image, { first: 'a' });
  t.is(engine.id, 'a');
  t.deepEqual(
    cluster.engines.map(({ containers }) => [...containers.values()].map((each) => [each.id, each.state])),
    [[[id, 'running']], []],
  );
});

test('a stopped container is started once its engine is back', async (t) => {
  const cluster = await open(t, 1);
  const [a] = cluster.engines;
  const { id } = await runContainer(cluster, image);
  await stopContainer(cluster, id);
  a?.fail('startContainer', 'engine_unreachable', { times: 2 });
  t.is((await startContainer(cluster, id)).container.state, 'running');
});

test('after a restart during a start, an engine that refuses that container runs another one', async (t) => {
  const cluster = await open(t, 1);
  const [a] = cluster.engines;
  a?.fail('startContainer', 'engine_timeout', { times: 1 });
  const listing = a?.listContainers.bind(a);
  let isRefused = false;
  Object.assign(a ?? {}, {
    listContainers: (filter: object) => {
      if (!isRefused) a?.fail('startContainer', 'engine_failed', { times: 1 });
      isRefused = true;
      return listing?.(filter);
    },
  });
  const { id } = await runContainer(cluster, image);
  t.deepEqual(
    [...(a?.containers.values() ?? [])].map((each) => [each.id, each.state]),
    [[id, 'running']],
  );
  t.is(cluster.cache.reservations().length, 1);
});
