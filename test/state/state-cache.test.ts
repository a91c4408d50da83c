import { once } from 'node:events';
import test from 'ava';
import type { ContainerList } from '../../src/engines/engine-client.ts';
import type { NewReservation } from '../../src/model/reservation.ts';
import type { Store } from '../../src/store/store.ts';
import { startCluster } from '../fixtures/harness.ts';

const reservation: NewReservation = {
  id: 'r',
  engineId: 'a',
  claims: [{ key: 'memory', amount: 100, limit: 8192 }],
  image: { name: 'redis', type: 'label', restart_policy: {} },
  name: 'redis',
  createdAt: '2026-11-01T00:00:00.000Z',
  reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
};

test('an answer older than the feed is ignored', async (t) => {
  const { store, cache } = await startCluster(t, { engines: 1 });
  const { version: engineVersion } = cache.engine('a');
  const reserved = await store.reserve({ reservation, engineVersion, leaseMs: 1000 });
  await store.release('r');
  await cache.catchUp();
  t.true(reserved.ok);
  const version = reserved.ok ? reserved.version : 0;
  cache.apply({ kind: 'reservation', id: 'r', version, value: { ...reservation, state: 'reserved' } });
  t.is(cache.record('r'), undefined);
  t.is(cache.snapshot('a').usedMemoryMiB, 0);
});

test('a record that this server wrote is not told again by the feed', async (t) => {
  const { store, cache } = await startCluster(t, { engines: 1 });
  const { version: engineVersion } = cache.engine('a');
  const replica = { service: 'web', fingerprint: '', slot: '1', generation: 1, copy: 0 };
  const ofService = { ...reservation, replica };
  const reserved = await store.reserve({ reservation: ofService, engineVersion, leaseMs: 60_000 });
  if (!reserved.ok) return t.fail();
  const value = { ...ofService, state: 'reserved' } as const;
  cache.apply({ kind: 'reservation', id: 'r', version: reserved.version, value });
  const told = cache.changes.countOf('service/web');
  await cache.catchUp();
  t.is(cache.version, reserved.version);
  t.is(cache.changes.countOf('service/web'), told);
  t.is(cache.record('r')?.value, value);
  await store.bind('r', 'c');
  await cache.catchUp();
  t.is(cache.record('r')?.value.state, 'bound');
  t.not(cache.changes.countOf('service/web'), told, 'what others wrote is told');
});

for (const hours of [-1, 1]) {
  const stamp = (wallMs: number) => new Date(wallMs + hours * 3_600_000).toISOString();

  test(`an observation of a server whose wall clock is off by ${hours} h is ordered by its version`, async (t) => {
    const { cache } = await startCluster(t, { engines: 1 });
    const { version } = cache;
    cache.observed('a', { ...cache.observation('a'), observedAt: new Date().toISOString(), version });
    const value = { observedAt: stamp(Date.now()), images: ['one'] };
    cache.apply({ kind: 'observation', id: 'a', version: version + 1, value });
    t.deepEqual([...cache.observation('a').images], ['one']);
    const later = { observedAt: new Date().toISOString(), images: ['two'] };
    cache.apply({ kind: 'observation', id: 'a', version: version + 3, value: later });
    cache.apply({ kind: 'observation', id: 'a', version: version + 2, value });
    t.deepEqual([...cache.observation('a').images], ['two']);
  });

  test(`the downtime of an engine is correct if the observer’s wall clock is off by ${hours} h`, async (t) => {
    const { cache, clock } = await startCluster(t, { engines: 1 });
    const { value } = cache.engine('a');
    const { version } = cache;
    const down = { ...value, condition: 'down', since: stamp(Date.now()), silentMs: 4_000 } as const;
    cache.apply({ kind: 'engine', id: 'a', version: version + 1, value: down });
    clock.turn(20_000);
    // Something else of it changes.
    cache.apply({ kind: 'engine', id: 'a', version: version + 2, value: { ...down, labels: ['x'] } });
    clock.turn(5_000);
    const ms = cache.ages.downForMs(down);
    t.true(ms >= 29_000 && ms < 40_000, `${ms}`);
  });
}

test('an engine’s silence only counts on the server that followed it continuously', async (t) => {
  const { cache, clock } = await startCluster(t, { engines: 1 });
  const [fence, other] = [1, 2].map((token) => ({ name: 'watch/1', token }));
  t.is(cache.silentForMs('a', fence), 0);
  cache.touched('a', fence);
  clock.turn(7_000);
  t.true(cache.silentForMs('a', fence) >= 7_000);
  t.is(cache.silentForMs('a', other), 0, 'another lease: somebody else may have had an answer in between');
  t.is(cache.silentForMs('a', undefined), 0);
});

test('an assumed reservation counts in snapshots, and is not recorded', async (t) => {
  const { cache } = await startCluster(t, { engines: 1 });
  const forget = cache.assume(reservation);
  t.is(cache.snapshot('a').usedMemoryMiB, 100);
  t.is(cache.record('r'), undefined);
  forget();
  t.is(cache.snapshot('a').usedMemoryMiB, 0);
});

test('heartbeats of servers, and unchanged observations, wake no waiter', async (t) => {
  const { cache } = await startCluster(t, { engines: 1 });
  const { version } = cache;
  const { count } = cache.changes;
  const images = [...cache.observation('a').images];
  const observedAt = new Date().toISOString();
  cache.apply({ kind: 'server', id: 's', version: version + 1, value: { beat: observedAt, aheadMs: 0 } });
  cache.apply({ kind: 'observation', id: 'a', version: version + 2, value: { observedAt, images } });
  t.is(cache.changes.count, count);
  t.is(cache.observation('a').observedAt, observedAt);
  const more = [...images, 'demo/new:1'];
  cache.apply({ kind: 'observation', id: 'a', version: version + 3, value: { observedAt, images: more } });
  t.is(cache.changes.count, count + 1);
});

test('a container whose record another server released is not restored by an older list', async (t) => {
  const { cache, clock } = await startCluster(t, { engines: 1 });
  const containerId = 'c'.repeat(64);
  const summary = { id: containerId, name: 'redis', imageName: 'redis', createdAt: '', labels: {}, ports: [] };
  const list: ContainerList = [{ ...summary, state: 'running' }];
  const { version } = cache;
  const value = { ...reservation, state: 'bound', containerId } as const;
  cache.apply({ kind: 'reservation', id: 'r', version: version + 1, value });
  clock.turn(10);
  const askedAt = clock.now();
  clock.turn(10);
  cache.apply({ kind: 'reservation', id: 'r', version: version + 2 });
  cache.containers.replace('a', list, askedAt);
  t.deepEqual(cache.containers.find('redis'), []);
  clock.turn(10);
  cache.containers.replace('a', list, clock.now());
  t.is(cache.containers.find('redis').length, 1, 'it is there after all');
});

for (const isSameStore of [true, false]) {
  const title = isSameStore
    ? 'a container whose record was released is gone when everything is read anew'
    : 'a container whose record was lost with its store is there until its engine says otherwise';
  test(title, async (t) => {
    let epoch: string | undefined;
    // A feed that tells nothing: whoever catches up reads everything anew.
    const wrap = (store: Store): Store => ({
      ...store,
      position: async () => ({ ...(await store.position()), ...(epoch !== undefined && { epoch }) }),
      follow: async function* (_, signal) {
        await once(signal, 'abort');
        yield* [];
      },
    });
    const { cache, clock, store } = await startCluster(t, { engines: 1, wrap });
    const { version: engineVersion } = cache.engine('a');
    await store.reserve({ reservation, engineVersion, leaseMs: 10_000 });
    const containerId = 'c'.repeat(64);
    await store.bind('r', containerId);
    await cache.catchUp();
    const summary = { id: containerId, name: 'redis', imageName: 'redis', createdAt: '', labels: {}, ports: [] };
    clock.turn(10);
    cache.containers.replace('a', [{ ...summary, state: 'running' }], clock.now());
    await store.release('r');
    if (!isSameStore) epoch = 'another';
    await cache.catchUp();
    t.is(cache.record('r'), undefined);
    t.is(cache.containers.find('redis').length, isSameStore ? 0 : 1);
  });
}
