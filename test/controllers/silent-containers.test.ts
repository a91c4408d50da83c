import test from 'ava';
import { TaskProbes } from '../../src/controllers/jobs/task-probes.ts';
import { ReplicaProbes } from '../../src/controllers/services/replica-probes.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { busybox, spec, view } from '../decisions/services/views.ts';
import { startCluster } from '../fixtures/harness.ts';

type Begin = (now: number) => void;

/** How many seconds lie between the questions about a container that keeps its inspections waiting. */
const pauses = test.macro(
  async (t, prepare: (cluster: Awaited<ReturnType<typeof startCluster>>, id: string) => Begin) => {
    const cluster = await startCluster(t, { engines: 1 });
    const { id } = await runContainer(cluster, busybox);
    const engine = cluster.pool.client({ id: 'a' });
    engine.fail('checkContainer', 'engine_timeout');
    const begin = prepare(cluster, id);
    const askedAt: number[] = [];
    for (let second = 0; second < 120; second += 0.5) {
      const before = engine.calls.length;
      begin(cluster.clock.steadyMs());
      // The look ends within the same turn of the clock.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      if (engine.calls.length > before) askedAt.push(second);
      cluster.clock.turn(500);
    }
    const between = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0));
    t.true(askedAt.length < 14, `${between}`);
    t.true(Math.max(...between) <= 16, `${between}`);
    engine.heal();
  },
);

test('a replica that keeps us waiting is asked about less often', pauses, (cluster, containerId) => {
  const checks = new ReplicaProbes(cluster, () => undefined);
  const replicas = [view({ state: 'starting', containerId })];
  return (now) => checks.begin(replicas, () => spec, now);
});

test('a replica that is thought to have ended, too', pauses, (cluster, containerId) => {
  const checks = new ReplicaProbes(cluster, () => undefined);
  const replicas = [view({ state: 'failed', containerId, isReachable: true })];
  return (now) => checks.begin(replicas, () => spec, now);
});

test('a task that is thought to have ended, too', pauses, (cluster, containerId) => {
  const looks = new TaskProbes(cluster, () => undefined);
  return (now) => looks.begin([{ engineId: 'a', containerId, isEnding: true }], now);
});
