import test from 'ava';
import { addEngine, claim, engineRecord, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function reserveFacts({ open }: Backend): void {
  test('a reservation takes all its claims', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    const claims = [claim('cpu', 500, 4000), claim('memory', 512, 8192), claim('name/web', 1, 1)];
    const reservation = newReservation({ claims, owner: 'someone' });
    const result = await store.reserve({ reservation, engineVersion, leaseMs: 60_000 });
    t.true(result.ok && result.version > engineVersion);
    const expected = { id: reservation.id, value: { ...reservation, state: 'reserved' }, version: await store.head() };
    t.deepEqual<unknown, unknown>(await store.reservations(), [expected]);
    t.deepEqual(
      await store.sums('alpha'),
      new Map([
        ['cpu', 500],
        ['memory', 512],
        ['name/web', 1],
      ]),
    );
  });

  test('claims fit up to the limit, not beyond', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    await reserve(store, engine, [claim('cpu', 600, 1000)]);
    await reserve(store, engine, [claim('cpu', 400, 1000)]);
    const request = { engineVersion: engine.version, leaseMs: 60_000 };
    const oneMore = newReservation({ claims: [claim('cpu', 1, 1000)] });
    t.deepEqual(await store.reserve({ ...request, reservation: oneMore }), { ok: false, reason: 'full', key: 'cpu' });
    const higherLimit = newReservation({ claims: [claim('cpu', 1, 1001)] });
    t.true((await store.reserve({ ...request, reservation: higherLimit })).ok);
  });

  test('one claim that does not fit prevents all, and the first is returned', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    await reserve(store, engine, [claim('port/tcp/80', 1, 1), claim('name/web', 1, 1)]);
    const before = await store.sums('alpha');
    const head = await store.head();
    const claims = [claim('cpu', 1, 10), claim('name/web', 1, 1), claim('port/tcp/80', 1, 1), claim('new', 1)];
    const request = { reservation: newReservation({ claims }), engineVersion: engine.version, leaseMs: 60_000 };
    t.deepEqual(await store.reserve(request), { ok: false, reason: 'full', key: 'name/web' });
    t.deepEqual(await store.sums('alpha'), before);
    t.is((await store.reservations()).length, 1);
    t.is(await store.head(), head);
  });

  test('a reservation with a lease is refused to a former holder', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const request = { engineVersion: engine.version, leaseMs: 60_000 };
    const [name, mine] = ['converge', { reservation: newReservation({ claims: [claim('cpu', 1, 10)] }), ...request }];
    t.deepEqual(await store.reserve({ ...mine, lease: { name, token: 1 } }), { ok: false, reason: 'lease' });
    const first = await store.acquireLease(name, 'first', 60_000);
    await store.releaseLease(name, first?.token ?? 0);
    const second = await store.acquireLease(name, 'second', 60_000);
    const late = { ...mine, lease: { name, token: first?.token ?? 0 } };
    t.deepEqual(await store.reserve(late), { ok: false, reason: 'lease' });
    t.deepEqual(await store.reservations(), []);
    t.true((await store.reserve({ ...mine, lease: { name, token: second?.token ?? 0 } })).ok);
  });

  test('claims of one reservation with the same key are added', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const request = { engineVersion: engine.version, leaseMs: 60_000 };
    const twice = newReservation({ claims: [claim('port/tcp/80', 1, 1), claim('port/tcp/80', 1, 1)] });
    t.deepEqual(await store.reserve({ ...request, reservation: twice }), {
      ok: false,
      reason: 'full',
      key: 'port/tcp/80',
    });
    const id = await reserve(store, engine, [claim('cpu', 2, 5), claim('cpu', 3, 5)]);
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 5]]));
    await store.release(id);
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('a claim without a limit is counted and never refused', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    for (let i = 0; i < 3; i++) await reserve(store, engine, [claim('image/redis:latest', 2 ** 40)]);
    t.deepEqual(await store.sums('alpha'), new Map([['image/redis:latest', 3 * 2 ** 40]]));
  });

  test('a claim of 0 leaves no sum', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const id = await reserve(store, engine, [claim('cpu', 0, 0), claim('memory', 0)]);
    t.deepEqual(await store.sums('alpha'), new Map());
    t.true(await store.release(id));
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('engines are counted separately', async (t) => {
    const store = await open(t);
    const claims = [claim('port/tcp/80', 1, 1)];
    await reserve(store, await addEngine(store, 'alpha'), claims);
    await reserve(store, await addEngine(store, 'alphabet'), claims);
    t.deepEqual(await store.sums('alpha'), new Map([['port/tcp/80', 1]]));
    t.deepEqual(await store.sums('al'), new Map());
  });

  test('a missing, removed or changed engine is stale', async (t) => {
    const store = await open(t);
    const attempt = (engineVersion: number) => {
      return store.reserve({
        reservation: newReservation({ claims: [claim('cpu', 1)] }),
        engineVersion,
        leaseMs: 60_000,
      });
    };
    t.deepEqual(await attempt(1), { ok: false, reason: 'stale' });
    t.deepEqual(await attempt(0), { ok: false, reason: 'stale' });
    const { version } = await addEngine(store);
    await store.write([{ kind: 'engine', id: 'alpha', value: engineRecord('alpha', { condition: 'down' }) }]);
    t.deepEqual(await attempt(version), { ok: false, reason: 'stale' });
    await store.write([{ kind: 'engine', id: 'alpha' }]);
    t.deepEqual(await attempt(version), { ok: false, reason: 'stale' });
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('a reservation id is used once', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    const reservation = newReservation({ claims: [claim('cpu', 1)] });
    t.true((await store.reserve({ reservation, engineVersion, leaseMs: 60_000 })).ok);
    await t.throwsAsync(store.reserve({ reservation, engineVersion, leaseMs: 60_000 }), { code: 'invalid' });
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 1]]));
  });

  test('of 100 concurrent reservations of one key exactly one succeeds', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    const results = await Promise.all(
      Array.from({ length: 100 }, () => {
        const reservation = newReservation({ claims: [claim('cpu', 1, 4000), claim('port/tcp/80', 65_536, 65_536)] });
        return store.reserve({ reservation, engineVersion, leaseMs: 60_000 });
      }),
    );
    t.is(results.filter(({ ok }) => ok).length, 1);
    t.is(results.filter((result) => !result.ok && result.reason === 'full' && result.key === 'port/tcp/80').length, 99);
    t.is((await store.sums('alpha')).get('cpu'), 1);
  });

  for (const [what, wrong] of [
    ['a negative amount', { claims: [claim('cpu', -1)] }],
    ['a fraction', { claims: [claim('cpu', 0.5)] }],
    ['an amount that is no number', { claims: [claim('cpu', Number.NaN)] }],
    ['an amount beyond what sums can hold', { claims: [claim('cpu', 2 ** 53)] }],
    ['a limit that is no integer', { claims: [claim('cpu', 1, 1.5)] }],
    ['an empty key', { claims: [claim('', 1)] }],
    ['an empty id', { id: '' }],
    ['an engine id with a slash', { engineId: 'a/b' }],
    ['an engine id of 129 characters', { engineId: 'a'.repeat(129) }],
  ] as const) {
    test(`a reservation with ${what} is invalid`, async (t) => {
      const store = await open(t);
      const reservation = newReservation({ claims: [claim('memory', 1)], ...wrong });
      await t.throwsAsync(store.reserve({ reservation, engineVersion: 1, leaseMs: 1 }), { code: 'invalid' });
      await t.throwsAsync(store.adopt(reservation, 'container'), { code: 'invalid' });
      t.is(await store.head(), 0);
    });
  }

  test('a lease takes a whole number of milliseconds', async (t) => {
    const store = await open(t);
    const { version: engineVersion } = await addEngine(store);
    for (const leaseMs of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const request = { reservation: newReservation(), engineVersion, leaseMs };
      await t.throwsAsync(store.reserve(request), { code: 'invalid' });
    }
  });
}
