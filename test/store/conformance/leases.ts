import test from 'ava';
import { engineRecord } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function leaseFacts({ open }: Backend): void {
  test('the store’s time advances', async (t) => {
    const store = await open(t);
    const before = await store.time();
    t.true(Math.abs(before - Date.now()) < 60_000, `${before}`);
    t.true((await store.time()) >= before - 1_000);
  });

  test('a lease has one holder, who renews it with the same token', async (t) => {
    const store = await open(t);
    const first = await store.acquireLease('watch/alpha', 'one', 60_000);
    t.truthy(first);
    t.is(await store.acquireLease('watch/alpha', 'two', 60_000), undefined);
    t.deepEqual(await store.acquireLease('watch/alpha', 'one', 60_000), first);
  });

  test('an expired lease passes to the next holder with a greater token', async (t) => {
    const store = await open(t);
    const first = await store.acquireLease('watch/alpha', 'one', 0);
    const second = await store.acquireLease('watch/alpha', 'two', 60_000);
    t.true((second?.token ?? 0) > (first?.token ?? 0));
    t.is(await store.acquireLease('watch/alpha', 'one', 60_000), undefined);
    t.false(await store.releaseLease('watch/alpha', first?.token ?? 0));
    t.is(await store.acquireLease('watch/alpha', 'one', 60_000), undefined);
  });

  test('an expired lease no longer belongs to its last holder', async (t) => {
    const store = await open(t);
    const first = await store.acquireLease('watch/alpha', 'one', 0);
    t.false(await store.releaseLease('watch/alpha', first?.token ?? 0));
    const second = await store.acquireLease('watch/alpha', 'one', 60_000);
    t.true((second?.token ?? 0) > (first?.token ?? 0));
  });

  test('a lease is released with its token only, and once', async (t) => {
    const store = await open(t);
    const first = await store.acquireLease('watch/alpha', 'one', 60_000);
    const token = first?.token ?? 0;
    t.false(await store.releaseLease('watch/alpha', token + 1));
    t.false(await store.releaseLease('watch/beta', token));
    t.true(await store.releaseLease('watch/alpha', token));
    t.false(await store.releaseLease('watch/alpha', token));
    const second = await store.acquireLease('watch/alpha', 'two', 60_000);
    t.true((second?.token ?? 0) > token);
  });

  test('a fenced write succeeds while the lease is held with that token, and not afterwards', async (t) => {
    const store = await open(t);
    const write = (token: number, name = 'watch/alpha') =>
      store.write([{ kind: 'engine', id: 'alpha', value: engineRecord('alpha') }], { lease: { name, token } });
    const refused = { ok: false, conflict: 'lease' } as const;
    t.deepEqual(await write(1), refused);
    const token = (await store.acquireLease('watch/alpha', 'one', 60_000))?.token ?? 0;
    t.true((await write(token)).ok);
    t.true((await write(token)).ok);
    const head = await store.head();
    t.deepEqual(await write(token + 1), refused);
    t.deepEqual(await write(token, 'watch/beta'), refused);

    await store.releaseLease('watch/alpha', token);
    t.deepEqual(await write(token), refused);
    const next = (await store.acquireLease('watch/alpha', 'two', 0))?.token ?? 0;
    t.deepEqual(await write(next), refused, 'it has run out');
    const last = (await store.acquireLease('watch/alpha', 'one', 60_000))?.token ?? 0;
    t.deepEqual(await write(token), refused);
    t.is(await store.head(), head);
    t.true((await write(last)).ok);
    t.is(await store.head(), head + 1);
  });

  test('the lease is checked before the versions and the reservations', async (t) => {
    const store = await open(t);
    const lease = { name: 'watch/alpha', token: 7 };
    const change = { kind: 'engine', id: 'alpha', ifVersion: 7 } as const;
    t.deepEqual(await store.write([change], { lease, unlessReserved: 'alpha' }), { ok: false, conflict: 'lease' });
    await t.throwsAsync(store.write([], { lease: { ...lease, name: '' } }), { code: 'invalid' });
  });

  test('leases of different names are independent', async (t) => {
    const store = await open(t);
    t.truthy(await store.acquireLease('a', 'one', 60_000));
    t.truthy(await store.acquireLease('b', 'two', 60_000));
    t.is(await store.acquireLease('a', 'two', 60_000), undefined);
  });

  test('names and holders may contain spaces and line breaks', async (t) => {
    const store = await open(t);
    const lease = await store.acquireLease('the name\n', 'the holder \n 7', 60_000);
    t.truthy(lease);
    t.deepEqual(await store.acquireLease('the name\n', 'the holder \n 7', 60_000), lease);
    t.true(await store.releaseLease('the name\n', lease?.token ?? 0));
  });

  test('of concurrent holders one gets the lease', async (t) => {
    const store = await open(t);
    const holders = Array.from({ length: 20 }, (_, i) => `holder-${i}`);
    const leases = await Promise.all(holders.map((holder) => store.acquireLease('watch/alpha', holder, 60_000)));
    t.is(leases.filter(Boolean).length, 1);
  });
}
