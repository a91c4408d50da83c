import test, { type ExecutionContext } from 'ava';
import { createService, removeService } from '../../../src/commands/services/change-service.ts';
import { generationId } from '../../../src/decisions/services/find-service.ts';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import { eventually, startServer } from '../../controllers/services/stage.ts';
import { spec } from '../../decisions/services/views.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { openDoor } from '../../http/open-door.ts';
import { changesAfter, engineRecord } from '../../store/fixtures.ts';
import { RedisServer } from './redis-server.ts';

async function openOn(t: ExecutionContext, redis: RedisServer, options = {}) {
  const store = await openRedisStore({ url: redis.url, ...options });
  t.teardown(() => store.close());
  return store;
}

async function startDoor(t: ExecutionContext) {
  const redis = await RedisServer.start();
  t.teardown(() => redis.remove());
  const store = await openOn(t, redis);
  return { redis, door: await openDoor(t, { engines: 1, wrap: () => store }), other: await openOn(t, redis) };
}

test('a Redis that was flushed and filled again within one wait is read anew, and the server decides on what it holds', async (t) => {
  const { redis, door, other } = await startDoor(t);
  const { epoch } = door.cluster.cache;
  t.is(await redis.send('FLUSHALL'), '+OK\r\n');
  const ids = Array.from({ length: 60 }, (_, i) => `new-${i}`);
  for (const id of ids) await other.write([{ kind: 'engine', id, value: engineRecord(id) }]);
  const { status, body } = await door.call('GET', '/apiv1/engines?consistent=true');
  t.is(status, 200);
  t.deepEqual(
    body.data.map(({ id }: { id: string }) => id),
    [...ids].sort(),
  );
  t.not(door.cluster.cache.epoch, epoch);
  t.is((await door.call('POST', '/apiv1/plan', { name: 'redis', type: 'label' })).body.data.candidates.length, 60);
});

test('the feed alone tells of it too, to a follower that nobody asks', async (t) => {
  const { redis, door, other } = await startDoor(t);
  await redis.send('FLUSHALL');
  for (let i = 0; i < 60; i++) await other.write([{ kind: 'engine', id: `${i}`, value: engineRecord(`${i}`) }]);
  const { cache } = door.cluster;
  while (cache.snapshots().length !== 60) await cache.changes.next(cache.changes.count, 100, AbortSignal.timeout(100));
  t.false(cache.hasEngine('a'));
});

test('a version that was counted and never written is made good by reading anew', async (t) => {
  const { redis, door, other } = await startDoor(t);
  for (let round = 0; round < 3; round++) {
    t.regex(await redis.send('INCR {satsuma}:version'), /^:/);
    t.is((await door.call('GET', '/apiv1/engines?consistent=true')).status, 200);
    const id = `later-${round}`;
    await other.write([{ kind: 'engine', id, value: engineRecord(id) }]);
    const { body } = await door.call('GET', '/apiv1/engines?consistent=true');
    t.true(body.data.some((engine: { id: string }) => engine.id === id));
  }
});

test('a counter that was lost goes on after the last entry of the feed', async (t) => {
  const { redis, door, other } = await startDoor(t);
  const { epoch } = await other.position();
  const head = await other.head();
  await redis.send('DEL {satsuma}:version');
  t.deepEqual(await other.write([{ kind: 'engine', id: 'b', value: engineRecord('b') }]), {
    ok: true,
    version: head + 1,
  });
  t.deepEqual(await other.position(), { epoch, version: head + 1 });
  t.is((await door.call('GET', '/apiv1/engines?consistent=true')).status, 200);
});

test('the stream in Redis takes no more memory than the feed may have', async (t) => {
  const redis = await RedisServer.start();
  t.teardown(() => redis.remove());
  const store = await openOn(t, redis, { feedBytes: 2 ** 20 });
  for (let i = 0; i < 200; i++) {
    await store.write([{ kind: 'engine', id: 'a', value: engineRecord('a', { labels: ['x'.repeat(50_000)] }) }]);
  }
  const used = Number((await redis.send('MEMORY USAGE {satsuma}:changes SAMPLES 0')).slice(1));
  t.true(used < 1.5 * 2 ** 20, `${used} bytes`);
});

test('what an older release wrote is read and gone on from', async (t) => {
  const redis = await RedisServer.start();
  t.teardown(() => redis.remove());
  const record = (version: number, id: string) =>
    `"${version}\\n${JSON.stringify(engineRecord(id)).replaceAll('"', '\\"')}"`;
  for (const [version, id] of [
    [1, 'a'],
    [2, 'b'],
  ] as const) {
    await redis.send(`SET {satsuma}:version ${version}`);
    await redis.send(`XADD {satsuma}:changes ${version} engine ${id} set ${record(version, id)}`);
    await redis.send(`HSET {satsuma}:documents:engine ${id} ${record(version, id)}`);
  }
  const store = await openOn(t, redis);
  t.deepEqual(await store.position(), { epoch: '', version: 2 });
  t.deepEqual(await changesAfter(store, 0, 2), [
    { kind: 'engine', id: 'a', version: 1, value: engineRecord('a') },
    { kind: 'engine', id: 'b', version: 2, value: engineRecord('b') },
  ]);
  const door = await openDoor(t, { wrap: () => store });
  await store.write([{ kind: 'engine', id: 'c', value: engineRecord('c') }]);
  t.is((await door.call('GET', '/apiv1/engines?consistent=true')).body.data.length, 3);
  t.is(door.cluster.cache.epoch, (await store.position()).epoch);
  t.not(door.cluster.cache.epoch, '');
});

test('a service with thousands of generations, as an older release left it, is removed', async (t) => {
  const redis = await RedisServer.start();
  t.teardown(() => redis.remove());
  const store = await openOn(t, redis);
  const cluster = await startCluster(t, { wrap: () => store });
  await createService(cluster, 'old', { ...spec, replicas: 0 });
  const found = await store.read('service', 'old');
  if (!found) return t.fail();
  const { kept: _, ...record } = { ...found.value, generation: 2_100 };
  const generation = { template: 1, spec, cause: 'scale', createdAt: record.createdAt } as const;
  const ids = Array.from({ length: 2_100 }, (_, index) => generationId('old', index + 1));
  const generations = ids.map((id) => ({ kind: 'service-generation', id, value: generation }) as const);
  await store.write([{ kind: 'service', id: 'old', value: record }, ...generations]);
  await startServer(t, cluster);
  await removeService(cluster, 'old');
  await eventually(t, async () => (await store.read('service', 'old')) === undefined);
  t.deepEqual(await store.list('service-generation'), []);
});
