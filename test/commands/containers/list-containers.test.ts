import test from 'ava';
import { destroyContainer } from '../../../src/commands/containers/destroy-container.ts';
import { listContainers } from '../../../src/commands/containers/list-containers.ts';
import { restartContainer, startContainer } from '../../../src/commands/containers/start-container.ts';
import { killContainer, stopContainer } from '../../../src/commands/containers/stop-container.ts';
import { registerEngine } from '../../../src/commands/engines/register-engine.ts';
import { resyncEngine } from '../../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { type ContainerOrder, readCursor } from '../../../src/state/containers/container-order.ts';
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
      { name: '/redis', isPresumed: false },
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
  cluster.pool.client({ id: 'a' }).runForeign('by-hand');
  cluster.pool.client({ id: 'a' }).fail('inspectContainer', 'no_such_container');
  t.deepEqual(await listAll(cluster), { containers: [], errors: [] });
});

test('a list is answered from memory, and no engine is asked', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  await runContainer(cluster, redis);
  cluster.engines[1]?.runForeign('by-hand');
  await resyncEngine(cluster, 'b');
  for (const { calls } of cluster.engines) calls.length = 0;
  const { containers, errors } = await listContainers(cluster, {});
  t.deepEqual(
    Array.from(containers, ({ name, isPresumed, isStale }) => ({ name, isPresumed, isStale })),
    [
      { name: '/redis', isPresumed: false, isStale: false },
      { name: '/by-hand', isPresumed: false, isStale: false },
    ],
  );
  t.deepEqual(errors, []);
  t.deepEqual(
    cluster.engines.flatMap(({ calls }) => calls),
    [],
  );
});

test('the containers of an engine that is down are listed as they were last seen, beside the error', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const { id } = await runContainer(cluster, redis);
  await resyncEngine(cluster, 'a');
  cluster.engines[0]?.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'a');
  const { containers, errors } = await listContainers(cluster, {});
  const [shown] = containers;
  t.like(shown, { id, isStale: true, state: 'running' });
  t.is(typeof shown?.observedAt, 'string');
  t.like(errors, [{ engine: 'a', code: 'engine_unreachable' }]);
});

test('what this server did is in the next list: run, stopped, started, killed, destroyed', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const { id } = await runContainer(cluster, redis);
  const states = async () => {
    for (const { calls } of cluster.engines) calls.length = 0;
    const { containers } = await listContainers(cluster, { all: true });
    const shown = Array.from(containers, ({ name, state }) => `${name} ${state}`);
    t.deepEqual(
      cluster.engines.flatMap(({ calls }) => calls),
      [],
    );
    return shown;
  };
  t.deepEqual(await states(), ['/redis running']);
  await stopContainer(cluster, 'redis');
  t.deepEqual(await states(), ['/redis exited']);
  await startContainer(cluster, id.slice(0, 12));
  t.deepEqual(await states(), ['/redis running']);
  await killContainer(cluster, 'redis');
  t.deepEqual(await states(), ['/redis exited']);
  await restartContainer(cluster, 'redis');
  t.deepEqual(await states(), ['/redis running']);
  await destroyContainer(cluster, '/redis');
  t.deepEqual(await states(), []);
});

test('pages by engine and name hold each container once, in order', async (t) => {
  const cluster = await startCluster(t, { engines: 3 });
  for (const engine of cluster.engines) for (const name of ['c', 'a', 'b']) engine.runForeign(`${name}-${engine.id}`);
  for (const { id } of cluster.engines) await resyncEngine(cluster, id);
  const pages = async (sort: ContainerOrder) => {
    const names: string[][] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const after = cursor === '' ? undefined : readCursor(cursor, sort);
      const listing = await listContainers(cluster, { sort, after, limit: 4 });
      names.push(Array.from(listing.containers, ({ name }) => name.slice(1)));
      cursor = listing.next();
    }
    return names;
  };
  t.deepEqual(await pages('engine'), [['a-a', 'b-a', 'c-a', 'a-b'], ['b-b', 'c-b', 'a-c', 'b-c'], ['c-c']]);
  t.deepEqual(await pages('name'), [['a-a', 'a-b', 'a-c', 'b-a'], ['b-b', 'b-c', 'c-a', 'c-b'], ['c-c']]);
  t.deepEqual(await pages('-engine'), [['c-c', 'b-c', 'a-c', 'c-b'], ['b-b', 'a-b', 'c-a', 'b-a'], ['a-a']]);
  t.deepEqual((await pages('-created')).flat().length, 9);
});

test('a page that ends with the list has no next one', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  for (const name of ['x', 'y']) cluster.engines[0]?.runForeign(name);
  await resyncEngine(cluster, 'a');
  const listing = await listContainers(cluster, { limit: 2 });
  t.is([...listing.containers].length, 2);
  t.is(listing.next(), undefined);
});

test('a cursor that is none, or of another list, is invalid', (t) => {
  const cursor = Buffer.from(JSON.stringify(['name', 'a', 'b', 'c', 'd'])).toString('base64url');
  t.is(readCursor(cursor, 'name').place[0], 'a');
  t.throws(() => readCursor(cursor, 'engine'), {
    code: 'invalid',
    message: /sorted by name, and this list is sorted by engine/,
  });
  for (const none of ['x', 'W10', '', Buffer.from('["engine",1,2,3,4]').toString('base64url')])
    t.throws(() => readCursor(none, 'engine'), { code: 'invalid', message: /is no cursor/ });
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
