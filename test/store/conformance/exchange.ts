import test from 'ava';
import type { Store } from '../../../src/store/store.ts';
import { addEngine, claim, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

const port = claim('port/tcp/80', 1, 1);
const name = claim('name/web', 1, 1);

/** One reservation that is bound to `container` and holds the claims. */
async function bound(store: Store, claims = [claim('cpu', 3, 4), name, port]) {
  const engine = await addEngine(store);
  const reservation = newReservation({ claims });
  await store.adopt(reservation, 'container');
  const version = await store.head();
  return { engine, reservation, version };
}

/** What a reservation holds is exchanged in one step, by whoever knows what it holds now. */
export function exchangeFacts({ open, openSeveral }: Backend): void {
  test('claims released in an exchange are free, and a sum of 0 is removed', async (t) => {
    const store = await open(t);
    const { engine, reservation, version } = await bound(store);
    t.true(await store.adopt({ ...reservation, claims: [name] }, 'container', { ifVersion: version }));
    t.deepEqual(await store.sums('alpha'), new Map([['name/web', 1]]));
    await reserve(store, engine, [port]);
    t.true(await store.release(reservation.id));
    t.deepEqual(await store.sums('alpha'), new Map([['port/tcp/80', 1]]));
  });

  test('claims are taken again with a lease, and held claims do not block', async (t) => {
    const store = await open(t);
    const { engine, reservation, version } = await bound(store);
    const request = { engineVersion: engine.version, leaseMs: 0 };
    const result = await store.reserve({ reservation, ...request, ifVersion: version });
    t.deepEqual(result, { ok: true, version: await store.head() });
    t.like(await store.reservations('alpha'), [{ value: { ...reservation, state: 'reserved' } }]);
    t.deepEqual(Object.keys((await store.reservations('alpha'))[0]?.value ?? {}).includes('containerId'), false);
    t.deepEqual(await store.expired(), [reservation.id]);
    t.deepEqual(
      await store.sums('alpha'),
      new Map([claim('cpu', 3), name, port].map((each) => [each.key, each.amount])),
    );
    t.truthy(await store.bind(reservation.id, 'container'));
    t.deepEqual(await store.expired(), []);
  });

  test('taking more again needs room for the difference, or nothing changes', async (t) => {
    const store = await open(t);
    const { engine, reservation, version } = await bound(store);
    const grown = { ...reservation, claims: [claim('cpu', 4, 4), name] };
    await reserve(store, engine, [claim('cpu', 1, 4)]);
    const request = { engineVersion: engine.version, leaseMs: 60_000, ifVersion: version };
    const before = await store.reservations();
    t.deepEqual(await store.reserve({ reservation: grown, ...request }), { ok: false, reason: 'full', key: 'cpu' });
    t.deepEqual(await store.reservations(), before);
    t.is((await store.sums('alpha')).get('port/tcp/80'), 1);
    t.true((await store.reserve({ reservation: { ...grown, claims: [claim('cpu', 2, 4)] }, ...request })).ok);
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 3]]));
  });

  test('a sum above its limit may stay, but not grow', async (t) => {
    const store = await open(t);
    const { engine, reservation, version } = await bound(store, [claim('cpu', 9, 4)]);
    const request = { engineVersion: engine.version, leaseMs: 60_000 };
    const kept = await store.reserve({ reservation, ...request, ifVersion: version });
    t.true(kept.ok);
    const grown = { ...reservation, claims: [claim('cpu', 10, 4)] };
    const ifVersion = await store.head();
    t.deepEqual(await store.reserve({ reservation: grown, ...request, ifVersion }), {
      ok: false,
      reason: 'full',
      key: 'cpu',
    });
  });

  test('an exchange ends the lease', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const reservation = newReservation({ claims: [port] });
    await store.reserve({ reservation, engineVersion: engine.version, leaseMs: 0 });
    t.true(await store.adopt({ ...reservation, claims: [] }, 'container', { ifVersion: await store.head() }));
    t.deepEqual(await store.expired(), []);
    t.false(await store.renew(reservation.id, 60_000));
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('an exchange of a changed or missing reservation, or on another engine, changes nothing', async (t) => {
    const store = await open(t);
    const { engine, reservation, version } = await bound(store);
    await addEngine(store, 'beta');
    const request = { engineVersion: engine.version, leaseMs: 60_000 };
    const changed = { ok: false, reason: 'changed' } as const;
    const head = await store.head();
    for (const [each, ifVersion] of [
      [reservation, version + 1],
      [newReservation(), version],
      [{ ...reservation, engineId: 'beta' }, version],
    ] as const) {
      t.false(await store.adopt(each, 'container', { ifVersion }));
      if (each.engineId === 'alpha')
        t.deepEqual(await store.reserve({ reservation: each, ...request, ifVersion }), changed);
    }
    t.is(await store.head(), head);
  });

  test('a change of the engine is checked first', async (t) => {
    const store = await open(t);
    const { reservation, version } = await bound(store);
    const result = await store.reserve({ reservation, engineVersion: 999, leaseMs: 60_000, ifVersion: version });
    t.deepEqual(result, { ok: false, reason: 'stale' });
  });

  test('of concurrent exchanges of one version one succeeds', async (t) => {
    const stores = openSeveral ? await openSeveral(t, 3) : [await open(t)];
    const [store] = stores as [Store];
    const { engine, reservation, version } = await bound(store, [name]);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const mine = stores[i % stores.length] ?? store;
        const taken = { ...reservation, claims: [name, claim('cpu', i + 1)] };
        if (i % 2 === 0) return mine.adopt(taken, 'container', { ifVersion: version });
        const request = { engineVersion: engine.version, leaseMs: 60_000, ifVersion: version };
        return mine.reserve({ reservation: taken, ...request }).then(({ ok }) => ok);
      }),
    );
    const winner = results.indexOf(true);
    t.is(results.filter(Boolean).length, 1);
    t.is((await store.sums('alpha')).get('cpu'), winner + 1);
  });
}
