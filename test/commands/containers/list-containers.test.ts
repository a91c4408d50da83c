import test from 'ava';
import { listContainers } from '../../../src/commands/containers/list-containers.ts';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { listAll, startCluster } from '../../fixtures/harness.ts';

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
  const { containers, errors } = await listAll(cluster);
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
  await Promise.all(Array.from({ length: 5 }, () => listAll(cluster)));
  const { containers } = await listAll(cluster);
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
  t.deepEqual(await listAll(cluster), { containers: [], errors: [] });
});

test('each engine’s containers are shown once they are there, and stand in the order of the engines', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  for (const engine of cluster.engines) engine.runForeign('web');
  cluster.engines[0]?.latencyMs.set('listContainers', 300);
  const order: string[] = [];
  const { shown } = await listContainers(cluster, {}, (containers) => {
    order.push(containers.map(({ engine }) => engine.id).join());
    return order.at(-1);
  });
  t.deepEqual(order, ['b', 'a']);
  t.deepEqual(shown, ['a', 'b']);
});

test('a list asks some engines at a time, and those that hang keep no others waiting', async (t) => {
  const cluster = await startCluster(t);
  const engines = Array.from({ length: 140 }, (_, index) => cluster.pool.client({ id: `e${index}` }));
  for (const { id } of engines) await registerEngine(cluster, { id, addr: `https://${id}.test:2376`, labels: [] });
  for (const engine of engines.slice(0, 128)) engine.latencyMs.set('listContainers', 5_000);
  for (const engine of engines.slice(128)) engine.runForeign('web');
  const isAsked = ({ calls }: (typeof engines)[number]) => calls.at(-1) === 'listContainers';
  for (const { calls } of engines) calls.length = 0;
  const begin = performance.now();
  const listed = listAll(cluster);
  t.is(engines.filter(isAsked).length, 64);
  const { containers, errors } = await listed;
  t.deepEqual([containers.length, errors.length], [12, 128]);
  t.true(performance.now() - begin < 3_500);
});
