import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { listContainers } from '../../src/commands/containers/list-containers.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { hideValues } from '../../src/http/hide-values.ts';
import { rowWriter, serializeListedContainer } from '../../src/http/listed-container.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, environment: { A: 'secret', Ä: '"\\' } };

async function rows(cluster: TestCluster, hidesValues = false) {
  const rowOf = rowWriter(hidesValues);
  return Array.from((await listContainers(cluster, { all: true })).containers, (container) => {
    const row = JSON.parse(rowOf(container));
    const whole = JSON.parse(JSON.stringify(serializeListedContainer(container)));
    return { row, whole };
  });
}

test('rows of a list are those of single containers, also when their engine is away and values are hidden', async (t) => {
  const cluster = await startCluster(t, { engines: 2 });
  const { id: one } = await runContainer(cluster, { ...image, container_name: 'one', labels: ['on-a'] });
  await runContainer(cluster, { ...image, container_name: 'two', labels: ['on-b'] });
  cluster.engines[0]?.runForeign('by-hand');
  cluster.engines[0]?.exit('one', 3);
  cluster.engines[0]?.statuses.set(one, { status: 'Exited (3) 2 minutes ago', exitCode: 3 });
  await resyncEngine(cluster, 'a');
  await resyncEngine(cluster, 'b');
  const engine = cluster.cache.engine('b');
  const down = { ...engine.value, condition: 'down', error: 'unplugged' } as const;
  cluster.cache.apply({ kind: 'engine', id: 'b', version: engine.version + 1_000, value: down });
  const found = await rows(cluster);
  t.deepEqual(
    found.map(({ row }) => [row.name, row.state, row.stale, row.exit_code]),
    [
      ['/by-hand', 'running', undefined, undefined],
      ['/one', 'exited', undefined, 3],
      ['/two', 'running', true, undefined],
    ],
  );
  for (const { row, whole } of found) t.deepEqual(row, whole);
  for (const { row, whole } of await rows(cluster, true))
    t.deepEqual(row, { ...whole, image: hideValues(whole.image) });
});

test('a row whose text is kept tells what changed since', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [engine] = cluster.engines;
  const { id } = await runContainer(cluster, { ...image, container_name: 'one' });
  engine?.statuses.set(id, { status: 'Up 2 minutes' });
  await resyncEngine(cluster, 'a');
  const [before] = await rows(cluster);
  cluster.clock.turn(3_600_000);
  const [later] = await rows(cluster);
  t.deepEqual([before?.row.status, later?.row.status], ['Up 2 minutes', 'Up About an hour']);
  t.deepEqual({ ...later?.row, status: '' }, { ...before?.row, status: '' });
  engine?.rename('one', 'other');
  await resyncEngine(cluster, 'a');
  const [renamed] = await rows(cluster);
  t.is(renamed?.row.name, '/other');
  t.true((renamed?.row.observed_at ?? '') > before?.row.observed_at);
  engine?.update('other', { cpus: 2, memory: 77 });
  cluster.details.engine('a').changed(before?.row.id);
  await resyncEngine(cluster, 'a');
  const [updated] = await rows(cluster);
  t.like(updated?.row.image, { memory: 77 });
  t.deepEqual(updated?.row, updated?.whole);
});

test('others get their turn while a long list is made for a reader that takes all of it at once', async (t) => {
  const { cluster, server } = await openDoor(t, { engines: 1 });
  const all = Array.from({ length: 20_000 }, (_, at) => ({
    ...{
      id: at.toString(16).padStart(64, '0'),
      name: `n${at}`,
      imageName: 'demo/busybox:1',
      state: 'running' as const,
    },
    ...{ labels: {}, ports: [], createdAt: '2026-01-01T00:00:00.000Z' },
  }));
  cluster.cache.containers.replace('a', Object.assign(all, { leftOut: 0 }), cluster.clock.now());
  let isOver = false;
  const answer = server.inject({ url: '/apiv1/containers', authority: '127.0.0.1' }).finally(() => {
    isOver = true;
  });
  let turns = 0;
  for (; !isOver; turns++) await setImmediate();
  t.is(JSON.parse((await answer).payload).data.length, all.length);
  // Without a pause it is one.
  t.true(turns > 2, `${turns} turns`);
});
