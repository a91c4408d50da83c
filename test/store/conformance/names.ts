import test from 'ava';
import type { NewReservation } from '../../../src/model/reservation.ts';
import type { Store, Versioned } from '../../../src/store/store.ts';
import { addEngine, claim, newReservation } from '../fixtures.ts';
import type { Backend } from './backend.ts';

/** A reservation whose name must be free in the whole cluster, unless `nameScope` says otherwise. */
function take(
  store: Store,
  engine: Versioned<unknown>,
  changes: Partial<NewReservation>,
  nameScope: 'cluster' | 'engine' = 'cluster',
) {
  const reservation = newReservation({ engineId: engine.id, ...changes });
  return store.reserve({ reservation, engineVersion: engine.version, leaseMs: 60_000, nameScope });
}

export function nameFacts({ open }: Backend): void {
  test('a name is taken once in the cluster, together with the claims', async (t) => {
    const store = await open(t);
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    t.true((await take(store, alpha, { id: 'first', name: 'web' })).ok);
    const head = await store.head();
    const refused = await take(store, beta, { name: 'web', claims: [claim('cpu', 1, 10)] });
    t.deepEqual(refused, { ok: false, reason: 'name', holder: 'first' });
    t.deepEqual(await store.sums('beta'), new Map());
    t.is(await store.head(), head);
    t.true((await take(store, beta, { name: 'web2' })).ok);
    await store.release('first');
    t.true((await take(store, beta, { name: 'web' })).ok);
  });

  test('of 50 concurrent reservations of one name on many engines exactly one succeeds', async (t) => {
    const store = await open(t);
    const engines = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => addEngine(store, id)));
    const results = await Promise.all(
      Array.from({ length: 10 }, () => engines.map((engine) => take(store, engine, { name: 'web' }))).flat(),
    );
    t.is(results.filter(({ ok }) => ok).length, 1);
    t.is(results.filter((each) => !each.ok && each.reason === 'name').length, 49);
    t.is((await store.reservations()).length, 1);
  });

  test('a reservation that does not fit leaves its name free', async (t) => {
    const store = await open(t);
    const alpha = await addEngine(store);
    const full = await take(store, alpha, { name: 'web', claims: [claim('cpu', 2, 1)] });
    t.deepEqual(full, { ok: false, reason: 'full', key: 'cpu' });
    t.true((await take(store, alpha, { name: 'web' })).ok);
  });

  test('with engine scope no name is refused, and it belongs to its only holder later', async (t) => {
    const store = await open(t);
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    t.true((await take(store, alpha, { id: 'first', name: 'web' }, 'engine')).ok);
    t.true((await take(store, beta, { name: 'web' }, 'engine')).ok);
    t.deepEqual(await take(store, beta, { name: 'web' }), { ok: false, reason: 'name', holder: 'first' });
  });

  test('a replacement takes over the name, and keeps it', async (t) => {
    const store = await open(t);
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    await take(store, alpha, { id: 'first', name: 'web' });
    t.true((await take(store, beta, { id: 'second', name: 'web', replaces: 'first' })).ok);
    await store.release('first');
    t.deepEqual(await take(store, alpha, { name: 'web' }), { ok: false, reason: 'name', holder: 'second' });
  });

  test('an adopted container takes a free name, and is not refused for a taken one', async (t) => {
    const store = await open(t);
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    t.true(await store.adopt(newReservation({ id: 'found', name: 'web' }), 'container'));
    t.deepEqual(await take(store, beta, { name: 'web' }), { ok: false, reason: 'name', holder: 'found' });
    t.true(await store.adopt(newReservation({ id: 'copy', engineId: 'beta', name: 'web' }), 'other'));
    await store.release('copy');
    t.deepEqual(await take(store, alpha, { name: 'web' }), { ok: false, reason: 'name', holder: 'found' });
  });

  test('a renamed container releases its name', async (t) => {
    const store = await open(t);
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    await take(store, alpha, { id: 'first', name: 'web' });
    await store.bind('first', 'container');
    const [{ version: ifVersion = 0, value } = {}] = await store.reservations('alpha');
    t.truthy(value);
    t.true(await store.adopt(newReservation({ id: 'first', name: 'www' }), 'container', { ifVersion }));
    t.true((await take(store, beta, { name: 'web' })).ok);
    t.deepEqual(await take(store, beta, { name: 'www' }), { ok: false, reason: 'name', holder: 'first' });
  });

  test('a restarted container keeps its name, even if another has it', async (t) => {
    const store = await open(t);
    const [alpha, beta] = [await addEngine(store, 'alpha'), await addEngine(store, 'beta')];
    await take(store, beta, { id: 'other', name: 'web' });
    const reservation = newReservation({ id: 'first', name: 'web' });
    await store.adopt(reservation, 'container');
    const [{ version: ifVersion = 0 } = {}] = await store.reservations('alpha');
    const request = { reservation, engineVersion: alpha.version, leaseMs: 60_000 };
    t.true((await store.reserve({ ...request, ifVersion, nameScope: 'cluster' })).ok);
  });

  test('a name that cannot be a key has no holder', async (t) => {
    const store = await open(t);
    const alpha = await addEngine(store);
    for (const name of ['', 'n'.repeat(600), 'a\0b']) {
      for (let i = 0; i < 2; i++) t.true(await store.adopt(newReservation({ name }), `container-${name.length}-${i}`));
    }
    t.true((await take(store, alpha, { name: '' })).ok);
  });
}
