import test from 'ava';
import { addEngine, changesAfter, claim, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

/** Several servers over one store. */
export function sharingFacts({ openSeveral }: Backend): void {
  if (!openSeveral) return;

  test('changes by one store instance are visible to the others', async (t) => {
    const [one, two] = await openSeveral(t, 2);
    if (!one || !two) return t.fail();
    const reported = changesAfter(two, 0, 2);
    const engine = await addEngine(one);
    t.deepEqual(await two.read('engine', 'alpha'), engine);
    const id = await reserve(two, engine, [claim('cpu', 3, 4)]);
    t.deepEqual(await one.sums('alpha'), new Map([['cpu', 3]]));
    t.truthy(await one.bind(id, 'container'));
    t.deepEqual(
      (await reported).map(({ version }) => version),
      [1, 2],
    );
    t.deepEqual(await one.reservations(), await two.reservations());
    t.is(await one.head(), await two.head());
  });

  test('of 100 concurrent reservations through several instances exactly one succeeds', async (t) => {
    const stores = await openSeveral(t, 4);
    const [store] = stores;
    if (!store) return t.fail();
    const { version: engineVersion } = await addEngine(store);
    const results = await Promise.all(
      Array.from({ length: 25 }, () => stores)
        .flat()
        .map((instance) => {
          const reservation = newReservation({ claims: [claim('port/tcp/80', 1, 1)] });
          return instance.reserve({ reservation, engineVersion, leaseMs: 60_000 });
        }),
    );
    t.is(results.filter(({ ok }) => ok).length, 1);
    t.deepEqual(await store.sums('alpha'), new Map([['port/tcp/80', 1]]));
  });

  test('a lease held by one instance is refused to the others', async (t) => {
    const [one, two] = await openSeveral(t, 2);
    t.truthy(await one?.acquireLease('watch/alpha', 'one', 60_000));
    t.is(await two?.acquireLease('watch/alpha', 'two', 60_000), undefined);
  });
}
