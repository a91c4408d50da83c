import test from 'ava';
import { addEngine, claim, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function ledgerFacts({ open }: Backend): void {
  test('releasing frees all claims, once', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const kept = await reserve(store, engine, [claim('cpu', 1, 10)]);
    const id = await reserve(store, engine, [claim('cpu', 2, 10), claim('name/web', 1, 1)]);
    t.true(await store.release(id));
    t.false(await store.release(id));
    t.false(await store.release('never there'));
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
    t.deepEqual(
      (await store.reservations()).map((reservation) => reservation.id),
      [kept],
    );
  });

  test('of concurrent releases one returns true', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    await reserve(store, engine, [claim('cpu', 5)]);
    const id = await reserve(store, engine, [claim('cpu', 7)]);
    const results = await Promise.all(Array.from({ length: 20 }, () => store.release(id)));
    t.is(results.filter(Boolean).length, 1);
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 5]]));
  });

  test('a bound reservation has its container and no lease', async (t) => {
    const store = await open(t);
    const id = await reserve(store, await addEngine(store), [claim('cpu', 1)], 0);
    t.truthy(await store.bind(id, 'container "1"\n'));
    const [reservation] = await store.reservations();
    t.like(reservation, {
      id,
      value: { id, state: 'bound', containerId: 'container "1"\n' },
      version: await store.head(),
    });
    t.deepEqual(await store.expired(), []);
    t.false(await store.renew(id, 0));
    t.false(await store.release(id, { onlyIfExpired: true }));
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
    t.true(await store.release(id));
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('binding again to the same container changes nothing', async (t) => {
    const store = await open(t);
    const id = await reserve(store, await addEngine(store));
    t.truthy(await store.bind(id, 'one'));
    const head = await store.head();
    t.truthy(await store.bind(id, 'one'));
    t.is(await store.head(), head);
    t.truthy(await store.bind(id, 'two'));
    t.like(await store.reservations(), [{ value: { containerId: 'two' } }]);
  });

  test('a changed record is not bound with an older version, unless it is bound to that container', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const reservation = newReservation({ id: 'taken', engineId: engine.id, claims: [] });
    const request = { reservation, engineVersion: engine.version, leaseMs: 60_000 };
    const first = await store.reserve(request);
    if (!first.ok) throw new Error(first.reason);
    const second = await store.reserve({ ...request, ifVersion: first.version });
    if (!second.ok) throw new Error(second.reason);
    t.is(await store.bind('taken', 'one', { ifVersion: first.version }), undefined);
    t.like(await store.reservations(), [{ version: second.version, value: { state: 'reserved' } }]);
    const bound = await store.bind('taken', 'one', { ifVersion: second.version });
    t.like(await store.reservations(), [{ version: bound, value: { state: 'bound', containerId: 'one' } }]);
    t.is(await store.bind('taken', 'one', { ifVersion: first.version }), bound);
    t.is(await store.bind('taken', 'two', { ifVersion: first.version }), undefined);
  });

  test('a released reservation cannot be bound or renewed', async (t) => {
    const store = await open(t);
    const id = await reserve(store, await addEngine(store), [claim('cpu', 1)]);
    await store.release(id);
    t.is(await store.bind(id, 'container'), undefined);
    t.false(await store.renew(id, 60_000));
    t.deepEqual(await store.reservations(), []);
    t.deepEqual(await store.expired(), []);
  });

  test('a lease of 0 ms has expired, and renewing restarts it', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const running = await reserve(store, engine);
    const first = await reserve(store, engine, [], 0);
    const second = await reserve(store, engine, [], 0);
    t.deepEqual((await store.expired()).sort(), [first, second].sort());
    t.true(await store.renew(first, 60_000));
    t.deepEqual(await store.expired(), [second]);
    t.true(await store.renew(running, 0));
    t.deepEqual((await store.expired()).sort(), [running, second].sort());
    t.false(await store.renew('never there', 1));
  });

  test('onlyIfExpired releases expired leases only', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const running = await reserve(store, engine, [claim('cpu', 1)]);
    const expired = await reserve(store, engine, [claim('cpu', 2)], 0);
    const onlyIfExpired = true;
    t.false(await store.release(running, { onlyIfExpired }));
    t.true(await store.release(expired, { onlyIfExpired }));
    t.false(await store.release(expired, { onlyIfExpired }));
    t.deepEqual(await store.expired(), []);
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
  });

  test('an expired reservation that was not released can still be bound', async (t) => {
    const store = await open(t);
    const id = await reserve(store, await addEngine(store), [], 0);
    t.truthy(await store.bind(id, 'container'));
    t.deepEqual(await store.expired(), []);
  });

  test('adopting records a container once, regardless of limits and engine', async (t) => {
    const store = await open(t);
    const reservation = newReservation({ claims: [claim('cpu', 9, 4), claim('name/web', 1, 1)] });
    t.true(await store.adopt(reservation, 'container'));
    t.false(await store.adopt(reservation, 'another'));
    t.like(await store.reservations('alpha'), [
      { id: reservation.id, value: { ...reservation, state: 'bound', containerId: 'container' } },
    ]);
    t.is((await store.sums('alpha')).get('cpu'), 9);
    t.deepEqual(await store.expired(), []);
  });

  test('adopted claims count for others', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    await store.adopt(newReservation({ claims: [claim('name/web', 1, 1)] }), 'container');
    const reservation = newReservation({ claims: [claim('name/web', 1, 1)] });
    const result = await store.reserve({ reservation, engineVersion, leaseMs: 60_000 });
    t.deepEqual(result, { ok: false, reason: 'full', key: 'name/web' });
  });

  test('of concurrent adoptions one returns true', async (t) => {
    const store = await open(t);
    const reservation = newReservation({ claims: [claim('cpu', 3)] });
    const results = await Promise.all(Array.from({ length: 10 }, () => store.adopt(reservation, 'container')));
    t.is(results.filter(Boolean).length, 1);
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 3]]));
  });

  test('reservations are listed by engine and by id', async (t) => {
    const store = await open(t);
    for (const [id, engineId] of [
      ['b', 'alpha'],
      ['a', 'beta'],
      ['c', 'alpha'],
      ['B', 'alpha'],
    ] as const) {
      await store.adopt(newReservation({ id, engineId }), 'container');
    }
    const ids = async (engineId?: string) => (await store.reservations(engineId)).map(({ id }) => id);
    t.deepEqual(await ids(), ['B', 'a', 'b', 'c']);
    t.deepEqual(await ids('alpha'), ['B', 'b', 'c']);
    t.deepEqual(await ids('gamma'), []);
  });

  test('a released id can be adopted again, on another engine', async (t) => {
    const store = await open(t);
    await store.adopt(newReservation({ id: 'r', claims: [claim('cpu', 1)] }), 'one');
    await store.release('r');
    await store.adopt(newReservation({ id: 'r', engineId: 'beta', claims: [claim('cpu', 2)] }), 'two');
    t.deepEqual(await store.sums('alpha'), new Map());
    t.deepEqual(await store.sums('beta'), new Map([['cpu', 2]]));
    t.true(await store.release('r'));
    t.deepEqual(await store.sums('beta'), new Map());
  });

  test('an engine id outside its alphabet is invalid everywhere', async (t) => {
    const store = await open(t);
    await t.throwsAsync(store.sums('a}b'), { code: 'invalid' });
    await t.throwsAsync(store.reservations('..'), { code: 'invalid' });
    await t.throwsAsync(store.write([], { unlessReserved: '' }), { code: 'invalid' });
  });
}
