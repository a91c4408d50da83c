import test from 'ava';
import { listContainers } from '../../src/cluster/list-containers.ts';
import { runContainer } from '../../src/cluster/run-container.ts';
import { startCluster } from './harness.ts';

const redis = {
  name: 'demo/busybox:1',
  type: 'label',
  restart_policy: {},
  container_name: 'redis',
  environment: { A: 'b' },
} as const;

test('a list does not wait for inspections that take long: what was asked for is told', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, redis);
  const engine = cluster.pool.client({ id: 'a' });
  engine.runForeign('by-hand');
  engine.latencyMs.set('inspectContainer', 2_500);
  const { containers, errors } = await listContainers(cluster, {});
  t.deepEqual(errors, []);
  t.deepEqual(
    containers.map(({ name, isPresumed }) => ({ name, isPresumed })),
    [
      { name: '/by-hand', isPresumed: true },
      { name: '/redis', isPresumed: true },
    ],
  );
  t.like(containers[1], { id, image: redis });
});

test('each container is inspected once, however many lists ask at the same time', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, redis);
  await Promise.all(Array.from({ length: 5 }, () => listContainers(cluster, {})));
  const { containers } = await listContainers(cluster, {});
  t.deepEqual(
    containers.map(({ isPresumed }) => isPresumed),
    [false],
  );
  const { calls } = cluster.pool.client({ id: 'a' });
  t.is(calls.filter((call) => call.startsWith('inspectContainer')).length, 1);
});

test('a container that is gone before it is inspected is not listed', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, redis);
  cluster.pool.client({ id: 'a' }).fail('inspectContainer', 'no_such_container');
  t.deepEqual(await listContainers(cluster, {}), { containers: [], errors: [] });
});
