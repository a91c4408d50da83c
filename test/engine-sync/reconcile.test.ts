import test from 'ava';
import { registerEngine } from '../../src/commands/engines/register-engine.ts';
import { removeEngine } from '../../src/commands/engines/remove-engine.ts';
import { compare, reconcileEngine } from '../../src/engine-sync/reconcile.ts';
import { resyncEngine } from '../../src/engine-sync/resync-engine.ts';
import { runContainer } from '../../src/execution/run-container.ts';
import { readLabels } from '../../src/labels/read-labels.ts';
import type { NewReservation, Reservation } from '../../src/model/reservation.ts';
import { listAll, startCluster, type TestCluster, testInstallation } from '../fixtures/harness.ts';

const busybox = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, memory: 100 } as const;

function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length > 1) throw new Error(`expected one, got ${list.length}`);
  return first;
}

/** A reservation whose server died right after making it: no container, and the lease over. */
async function abandonedReservation({ store, cache }: TestCluster): Promise<NewReservation> {
  const reservation: NewReservation = {
    id: 'abandoned',
    engineId: 'a',
    name: 'web',
    image: busybox,
    claims: [{ key: 'memory', amount: 100, limit: 8192 }],
    createdAt: '2026-01-01T00:00:00.000Z',
    reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
  };
  const { version } = cache.engine('a');
  await store.reserve({ reservation, engineVersion: version, leaseMs: 0 });
  await cache.catchUp();
  return reservation;
}

const labels = (id: string) => ({
  'satsuma.reservation': id,
  'satsuma.image': JSON.stringify(busybox),
  'satsuma.claims': JSON.stringify([{ key: 'memory', amount: 100, limit: 8192 }]),
  'satsuma.reason': '{}',
});

test('an expired lease without a container is released', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await abandonedReservation(cluster);
  await resyncEngine(cluster, 'a');
  t.deepEqual(await cluster.store.reservations(), []);
  t.is((await cluster.store.sums('a')).get('memory') ?? 0, 0);
});

test('an expired lease of a running container is bound', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await abandonedReservation(cluster);
  const engine = cluster.pool.client({ id: 'a' });
  const containerId = await engine.createContainer({ image: busybox, name: 'web', labels: labels(id), maximumCpus: 4 });
  await engine.startContainer(containerId);
  await resyncEngine(cluster, 'a');
  t.like(only(await cluster.store.reservations()).value, { state: 'bound', containerId });
});

test('a container that was never started is removed when its lease has expired', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await abandonedReservation(cluster);
  const engine = cluster.pool.client({ id: 'a' });
  await engine.createContainer({ image: busybox, name: 'web', labels: labels(id), maximumCpus: 4 });
  await resyncEngine(cluster, 'a');
  t.is(engine.containers.size, 0);
  t.deepEqual(await cluster.store.reservations(), []);
});

test('a reservation with a running lease is left alone', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await abandonedReservation(cluster);
  await cluster.store.renew(id, 60_000);
  await resyncEngine(cluster, 'a');
  t.is((await cluster.store.reservations()).length, 1);
});

test('the claims of a container that is removed by hand are released', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, busybox);
  await cluster.pool.client({ id: 'a' }).removeContainer(id);
  await cluster.cache.catchUp();
  await resyncEngine(cluster, 'a');
  t.deepEqual(await cluster.store.reservations(), []);
});

const web = { ...busybox, container_name: 'web' } as const;
const heldByWeb = { 'image/demo/busybox:1': 1, memory: 100, 'name/web': 1 };

test('a stopped container keeps only its name, until it is started', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  const { id } = await runContainer(cluster, web);
  const [before] = await cluster.store.reservations();
  const held = async () => Object.fromEntries(await cluster.store.sums('a'));
  t.deepEqual(await held(), heldByWeb);
  engine.exit(id);
  await resyncEngine(cluster, 'a');
  t.deepEqual(await held(), { 'name/web': 1 });
  t.like(only(await cluster.store.reservations()).value, { state: 'bound', containerId: id, isAtRest: true });
  const head = await cluster.store.head();
  await resyncEngine(cluster, 'a');
  t.is(await cluster.store.head(), head, 'which is written once');
  await engine.startContainer(id);
  await resyncEngine(cluster, 'a');
  t.deepEqual(await held(), heldByWeb);
  t.deepEqual(only(await cluster.store.reservations()).value, before?.value);
});

test('a start by hand is counted, even if others took its place', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const engine = cluster.pool.client({ id: 'a' });
  const half = { ...busybox, memory: 5000 };
  const { id } = await runContainer(cluster, half);
  engine.exit(id);
  await resyncEngine(cluster, 'a');
  await runContainer(cluster, half);
  await engine.startContainer(id);
  await resyncEngine(cluster, 'a');
  t.is((await cluster.store.sums('a')).get('memory'), 10_000);
  await t.throwsAsync(runContainer(cluster, busybox), { code: 'unschedulable' });
});

test('a stopped container without a record is adopted as stopped', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web);
  cluster.pool.client({ id: 'a' }).exit(id);
  const [record] = await cluster.store.reservations();
  await cluster.store.release(record?.id ?? '');
  await resyncEngine(cluster, 'a');
  t.deepEqual(Object.fromEntries(await cluster.store.sums('a')), { 'name/web': 1 });
  t.true(only(await cluster.store.reservations()).value.isAtRest);
});

test('a change since the query is not reverted by its outdated answer', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, web);
  const engine = cluster.pool.client({ id: 'a' });
  engine.exit(id);
  const { value, version } = only(await cluster.store.reservations());
  const { state: _, ...reservation } = value;
  engine.latencyMs.set('listImages', 30);
  const resyncing = resyncEngine(cluster, 'a');
  while (!engine.calls.at(-1)?.startsWith('listImages')) await new Promise((resolve) => setTimeout(resolve, 1));
  const { version: engineVersion } = cluster.cache.engine('a');
  await cluster.store.reserve({ reservation, engineVersion, leaseMs: 60_000, ifVersion: version });
  await resyncing;
  t.deepEqual(Object.fromEntries(await cluster.store.sums('a')), heldByWeb);
});

test('an engine that is removed by force and registered again has the same records as before', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  await runContainer(cluster, { ...busybox, container_name: 'web', environment: { A: '1' } });
  const before = (await cluster.store.reservations()).map(({ value }) => value);
  await removeEngine(cluster, 'a', { force: true });
  t.deepEqual(await cluster.store.reservations(), []);
  await registerEngine(cluster, { id: 'a', addr: 'https://a.test:2376', labels: [] });
  t.deepEqual(
    (await cluster.store.reservations()).map(({ value }) => value),
    before,
  );
});

test('an unreachable engine is down with the reason, and ok again when it answers', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const [engine] = cluster.engines;
  engine?.fail('any', 'engine_unreachable');
  await resyncEngine(cluster, 'a');
  t.like(cluster.cache.engine('a').value, {
    condition: 'down',
    error: 'engine a: handshake fails with engine_unreachable',
  });
  const { errors, containers } = await listAll(cluster);
  t.deepEqual(containers, []);
  t.like(only(errors), { engine: 'a', code: 'engine_unreachable' });
  engine?.heal();
  await resyncEngine(cluster, 'a');
  t.is(cluster.cache.engine('a').value.condition, 'ok');
  t.is(cluster.cache.engine('a').value.error, undefined);
});

test('another daemon at the engine’s address is not the engine', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { id } = await runContainer(cluster, busybox);
  const engine = cluster.pool.client({ id: 'a' });
  engine.daemon = { ...engine.daemon, id: 'somebody else' };
  engine.containers.delete(id);
  await resyncEngine(cluster, 'a');
  t.regex(cluster.cache.engine('a').value.error ?? '', /another daemon answers/);
  t.is((await cluster.store.reservations()).length, 1, 'nothing is concluded from what another daemon says');
});

test('a resync without changes writes nothing', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const before = await cluster.store.head();
  await resyncEngine(cluster, 'a');
  t.is(await cluster.store.head(), before);
});

const container = (state: 'created' | 'running', reservation: string) => ({
  id: `c-${reservation}`,
  name: 'web',
  imageName: 'demo/busybox:1',
  state,
  labels: labels(reservation),
  ports: [],
  createdAt: '2026-01-01T00:00:00.000Z',
});
const record: Reservation = {
  id: 'r1',
  engineId: 'a',
  name: 'web',
  image: busybox,
  claims: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
  state: 'reserved',
};
const believed = new Map([['c-r1', record]]);
const nothing = {
  recorded: [],
  expired: new Set<string>(),
  known: new Map(),
  containers: [],
  leftOver: new Set<string>(),
  foreign: new Map(),
  believed: new Map<string, NewReservation>(),
  ours: new Map(),
  unlisted: new Set<string>(),
  engineId: 'a',
} as const;

test('a container of ours without a record is adopted', (t) => {
  const [repair] = compare({ ...nothing, believed, containers: [container('running', 'r1')] });
  t.like(repair, { do: 'adopt', containerId: 'c-r1' });
});

test('a container with a record newer than the resync is not a stray', (t) => {
  t.deepEqual(
    compare({ ...nothing, believed, known: new Map([['r1', record]]), containers: [container('running', 'r1')] }),
    [],
  );
});

test('a container whose record was released during the query is being removed, and not adopted', (t) => {
  const bound: Reservation = { ...record, state: 'bound', containerId: 'c-r1' };
  const comparison = { ...nothing, containers: [container('running', 'r1')] };
  t.deepEqual(compare({ ...comparison, believed, recorded: [{ id: 'r1', version: 1, value: bound }] }), []);
  const held = { ...bound, isForeign: true } as const;
  const others = { ...comparison, foreign: new Map([['c-r1', held]]) };
  t.like(compare(others)[0], { do: 'adopt' });
  t.deepEqual(compare({ ...others, recorded: [{ id: 'r1', version: 1, value: held }] }), []);
});

test('an unstarted container without a record is adopted, and removed once no server can start it', (t) => {
  const containers = [container('created', 'r1')];
  t.deepEqual(compare({ ...nothing, believed, containers }), [
    { do: 'adopt', reservation: { ...record, isUnstarted: true }, containerId: 'c-r1' },
  ]);
  t.like(compare({ ...nothing, believed, containers, leftOver: new Set(['c-r1']) })[0], {
    do: 'remove',
    containerId: 'c-r1',
  });
});

test('a container that was removed since the query is not adopted by the outdated list', async (t) => {
  const cluster = await startCluster(t, { engines: 1 });
  const { store, cache, clock } = cluster;
  const engine = cluster.pool.client({ id: 'a' });
  const made = await engine.createContainer({ image: busybox, name: 'web', labels: labels('r1'), maximumCpus: 4 });
  const containers = await engine.listContainers();
  const reconcile = () => reconcileEngine(cluster, { engineId: 'a', recorded: [], containers });
  cache.containers.replace('a', containers, clock.now());
  cache.containers.remove('a', made);
  await reconcile();
  t.deepEqual(await store.reservations(), []);
  clock.turn(10);
  cache.containers.replace('a', containers, clock.now());
  await reconcile();
  t.like(only(await store.reservations()).value, { state: 'bound', containerId: made });
});

test('a recorded container that was never started is removed with its record, once no server can start it', (t) => {
  const bound: Reservation = { ...record, state: 'bound', containerId: 'c-r1' };
  const comparison = {
    ...nothing,
    recorded: [{ id: 'r1', version: 1, value: bound }],
    known: new Map([['r1', bound]]),
    containers: [container('created', 'r1')],
  };
  t.deepEqual(compare(comparison), []);
  t.deepEqual(compare({ ...comparison, leftOver: new Set(['c-r1']) }), [
    { do: 'remove', reservation: bound, containerId: 'c-r1', ifVersion: 1 },
  ]);
});

test('a server that dies between the record and the start leaves nothing for longer than a lease plus a start', async (t) => {
  const cluster = await startCluster(t, { engines: 1, settings: { leaseMs: 1_000, deadlines: { startMs: 1_000 } } });
  const engine = cluster.pool.client({ id: 'a' });
  const { id } = await abandonedReservation(cluster);
  const made = await engine.createContainer({ image: busybox, name: 'web', labels: labels(id), maximumCpus: 4 });
  await cluster.store.bind(id, made);
  await cluster.cache.catchUp();
  await resyncEngine(cluster, 'a');
  t.is(engine.containers.size, 1, 'it may be on its way');
  while (engine.containers.size > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await resyncEngine(cluster, 'a');
  }
  t.deepEqual(await cluster.store.reservations(), []);
});

test('incomplete labels make no record', (t) => {
  const whole = container('running', 'r1');
  const broken = [
    { 'satsuma.claims': 'nonsense' },
    { 'satsuma.claims': '[{"key":"memory","amount":-5}]' },
    { 'satsuma.claims': '[{"key":"memory","amount":1e99}]' },
    { 'satsuma.claims': '[null]' },
    { 'satsuma.image': '7' },
    { 'satsuma.image': '{}' },
  ];
  for (const labels of broken) {
    const { kind } = readLabels(testInstallation, { ...whole, labels: { ...whole.labels, ...labels } }, { id: 'a' });
    t.is(kind, 'foreign', JSON.stringify(labels));
  }
  t.is(readLabels(testInstallation, whole, { id: 'a' }).kind, 'unsigned');
});
