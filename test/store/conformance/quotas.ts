import test from 'ava';
import type { Quota } from '../../../src/model/project.ts';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

const memory = (amount: number) => claim('quota/shop/memory', amount);
const containers = claim('quota/shop/containers', 1);

async function setQuota(store: Store, quota: Quota): Promise<void> {
  const at = '2025-01-01T00:00:00.000Z';
  // What looks like a limit in a text of people is none.
  const value = { description: '"memory":1,"containers":1', quota, createdAt: at, updatedAt: at };
  const written = await store.write([{ kind: 'project', id: 'shop', value }]);
  if (!written.ok) throw new Error('the project could not be saved');
}

/** What a project may hold over all engines is taken in the same step as what its container holds on one. */
export function quotaFacts({ open, openSeveral }: Backend): void {
  test('a quota counts over all engines, and applies to each of them', async (t) => {
    const store = await open(t);
    await setQuota(store, { memory: 100 });
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    const first = await reserve(store, alpha, [claim('memory', 60, 1000), memory(60)]);
    const reservation = newReservation({ engineId: 'beta', claims: [claim('memory', 41, 1000), memory(41)] });
    const request = { reservation, engineVersion: beta.version, leaseMs: 1_000 };
    const before = [await store.sums('beta'), await store.head()];
    const refused = { ok: false, reason: 'quota', key: 'quota/shop/memory', used: 60, limit: 100 };
    t.deepEqual(await store.reserve(request), refused);
    t.deepEqual([await store.sums('beta'), await store.head()], before);
    await reserve(store, beta, [memory(40)]);
    t.deepEqual(await store.quotas(), new Map([['quota/shop/memory', 100]]));
    t.true(await store.release(first));
    t.deepEqual(await store.quotas(), new Map([['quota/shop/memory', 40]]));
    t.like(await store.reserve(request), { ok: true });
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('of concurrent reservations exactly as many succeed as fit into the quota', async (t) => {
    const stores = openSeveral ? await openSeveral(t, 2) : [await open(t)];
    const [store] = stores;
    if (!store) return t.fail();
    await setQuota(store, { containers: 17 });
    const engines = [await addEngine(store, 'alpha'), await addEngine(store, 'beta'), await addEngine(store, 'gamma')];
    const results = await Promise.all(
      Array.from({ length: 400 }, (_, at) => {
        const engine = engines[at % engines.length] ?? engines[0];
        const instance = stores[at % stores.length] ?? store;
        const reservation = newReservation({ engineId: engine?.id ?? '', claims: [containers] });
        return instance.reserve({ reservation, engineVersion: engine?.version ?? 0, leaseMs: 60_000 });
      }),
    );
    t.is(results.filter(({ ok }) => ok).length, 17);
    t.is(results.filter((each) => !each.ok && each.reason === 'quota').length, 383);
    t.deepEqual(await store.quotas(), new Map([['quota/shop/containers', 17]]));
  });

  test('without a project or limit, claims are counted and never refused', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    await reserve(store, engine, [memory(60), containers]);
    await setQuota(store, { memory: 10 });
    await reserve(store, engine, [containers, claim('quota/other/memory', 5)]);
    t.deepEqual(Object.fromEntries(await store.quotas()), {
      'quota/other/memory': 5,
      'quota/shop/containers': 2,
      'quota/shop/memory': 60,
    });
    t.deepEqual(await store.recountQuotas(), []);
  });

  test('held claims do not block an exchange, and an adoption has no limits', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    await setQuota(store, { memory: 100 });
    const reservation = newReservation({ claims: [memory(90)] });
    t.true(await store.adopt(reservation, 'container'));
    const change = async (amount: number) => {
      const ifVersion = (await store.reservations())[0]?.version ?? 0;
      return await store.reserve({
        ...{ reservation: { ...reservation, claims: [memory(amount)] }, engineVersion, leaseMs: 1_000, ifVersion },
      });
    };
    t.like(await change(100), { ok: true });
    t.like(await change(101), { ok: false, reason: 'quota', used: 100, limit: 100 });
    await setQuota(store, { memory: 50 });
    t.like(await change(80), { ok: true }, 'it gets smaller, if not small enough');
    t.like(await change(81), { ok: false, reason: 'quota' });
    t.true(await store.adopt(newReservation({ claims: [memory(500)] }), 'other'));
    t.deepEqual(await store.quotas(), new Map([['quota/shop/memory', 580]]));
    for (const { id } of await store.reservations()) await store.release(id);
    t.deepEqual(await store.quotas(), new Map());
  });

  test('claims of one reservation on one quota are added', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    await setQuota(store, { memory: 100 });
    const reservation = newReservation({ claims: [memory(60), memory(60)] });
    t.like(await store.reserve({ reservation, engineVersion, leaseMs: 1_000 }), { ok: false, reason: 'quota' });
  });

  test('recounted totals include an engine without a document', async (t) => {
    const store = await open(t);
    await addEngine(store, 'alpha');
    t.true(await store.adopt(newReservation({ engineId: 'alpha', claims: [memory(20)] }), 'one'));
    t.true(await store.adopt(newReservation({ engineId: 'unknown', claims: [memory(30), containers] }), 'two'));
    t.deepEqual(await store.recountQuotas(), []);
    t.deepEqual(Object.fromEntries(await store.quotas()), { 'quota/shop/containers': 1, 'quota/shop/memory': 50 });
  });
}
