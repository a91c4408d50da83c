import test from 'ava';
import type { Change, Store } from '../../../src/store/store.ts';
import { addEngine, changesAfter, claim, engineRecord, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function feedFacts({ open, cannot = [] }: Backend): void {
  test('an empty store is at version 0', async (t) => {
    const store = await open(t);
    t.is(await store.head(), 0);
  });

  test('a store has an epoch from its first change on, and keeps it', async (t) => {
    const store = await open(t);
    t.deepEqual(await store.position(), { epoch: '', version: 0 });
    await addEngine(store);
    const { epoch, version } = await store.position();
    t.regex(epoch, /^[\da-f-]{36}$/);
    t.is(version, 1);
    await addEngine(store, 'beta');
    t.deepEqual(await store.position(), { epoch, version: 2 });
    const other = await open(t);
    await addEngine(other);
    t.not((await other.position()).epoch, epoch);
  });

  test('a cursor of another epoch is reset, also one from before the first change', async (t) => {
    const store = await open(t);
    await addEngine(store);
    await addEngine(store, 'beta');
    const { epoch } = await store.position();
    for (const other of ['', 'other']) {
      const following = store.follow(1, AbortSignal.timeout(20_000), other)[Symbol.asyncIterator]();
      const { version } = await store.position();
      t.deepEqual((await following.next()).value, { kind: 'reset', version });
      await addEngine(store, `after-${version}`);
      t.like((await following.next()).value, { kind: 'engine', version: version + 1 }, 'it goes on from there');
      await following.return?.();
    }
    const same = store.follow(1, AbortSignal.timeout(20_000), epoch)[Symbol.asyncIterator]();
    t.like((await same.next()).value, { kind: 'engine', id: 'beta', version: 2 });
    await same.return?.();
  });

  test('a write with too many changes is invalid, and nothing is changed', async (t) => {
    const store = await open(t);
    const changes = Array.from({ length: 10_001 }, (_, i) => ({ kind: 'engine-key', id: `${i}` }) as const);
    await t.throwsAsync(store.write(changes), { code: 'invalid' });
    t.is(await store.head(), 0);
  });

  if (!cannot.includes('large-feeds')) {
    test('a write of 3,000 changes is one version, in order', async (t) => {
      const store = await open(t);
      await addEngine(store);
      const ids = Array.from({ length: 3_000 }, (_, i) => `key-${i}`);
      t.deepEqual(await store.write(ids.map((id) => ({ kind: 'engine-key', id, value: { engineId: 'alpha' } }))), {
        ok: true,
        version: 2,
      });
      await addEngine(store, 'beta');
      const changes = await changesAfter(store, 1, 3_001);
      t.deepEqual(
        changes.slice(0, 3_000).map(({ kind, version, ...change }) => [kind, version, 'id' in change && change.id]),
        ids.map((id) => ['engine-key', 2, id]),
      );
      t.like(changes.at(-1), { kind: 'engine', id: 'beta', version: 3 });
      t.is((await store.list('engine-key')).length, 3_000);
      t.true((await store.write(ids.map((id) => ({ kind: 'engine-key', id })))).ok);
      t.is((await store.list('engine-key')).length, 0);
    });

    const withBytes = test.macro(async (t, text: string) => {
      const store = await open(t, { feedBytes: 100_000 });
      const large = (id: string) => engineRecord(id, { labels: [text] });
      for (let i = 1; i <= 40; i++) await store.write([{ kind: 'engine', id: 'alpha', value: large(`${i}`) }]);
      const [oldest] = await oldestKept(store, 40);
      t.true(oldest !== undefined && oldest >= 29 && oldest <= 36, `the oldest version kept is ${oldest}`);
      await store.write([
        { kind: 'engine', id: 'alpha', value: engineRecord('alpha', { labels: ['x'.repeat(300_000)] }) },
      ]);
      t.like(await changesAfter(store, 40, 1), [{ kind: 'engine', version: 41 }], 'the last one is kept');
      await addEngine(store);
      await addEngine(store);
      t.is((await changesAfter(store, 42, 1))[0]?.version, 43);
    });
    test('the feed keeps at most the configured bytes', withBytes, 'x'.repeat(10_000));
    test('the feed counts bytes, not characters', withBytes, '€'.repeat(3_333));
  }

  test('the feed has all changes in order, with their values', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const reservation = newReservation({ claims: [claim('cpu', 1)] });
    const { id } = reservation;
    await store.reserve({ reservation, engineVersion: engine.version, leaseMs: 60_000 });
    await store.bind(id, 'container');
    await store.release(id);
    await store.adopt(reservation, 'found');
    await store.write([{ kind: 'engine', id: 'alpha' }]);

    const changes = await changesAfter(store, 0, 6);
    const reserved: Change[] = [
      { kind: 'engine', id: 'alpha', version: 1, value: engine.value },
      { kind: 'reservation', id, version: 2, value: { ...reservation, state: 'reserved' } },
      { kind: 'reservation', id, version: 3, value: { ...reservation, state: 'bound', containerId: 'container' } },
      { kind: 'reservation', id, version: 4 },
      { kind: 'reservation', id, version: 5, value: { ...reservation, state: 'bound', containerId: 'found' } },
      { kind: 'engine', id: 'alpha', version: 6 },
    ];
    t.deepEqual(changes, reserved);
    t.is(await store.head(), 6);
  });

  test('the changes of one write keep their order and share its version', async (t) => {
    const store = await open(t);
    await addEngine(store, 'old');
    const result = await store.write([
      { kind: 'engine-key', id: 'addr', value: { engineId: 'alpha' } },
      { kind: 'engine', id: 'alpha', value: engineRecord('alpha') },
      { kind: 'engine', id: 'old' },
    ]);
    const version = result.ok ? result.version : 0;
    t.deepEqual(await changesAfter(store, version - 1, 3), [
      { kind: 'engine-key', id: 'addr', version, value: { engineId: 'alpha' } },
      { kind: 'engine', id: 'alpha', version, value: engineRecord('alpha') },
      { kind: 'engine', id: 'old', version },
    ]);
  });

  test('refused and renewed reservations are not in the feed', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const id = await reserve(store, engine, [claim('cpu', 1, 1)]);
    const head = await store.head();
    await store.renew(id, 60_000);
    await store.release(id, { onlyIfExpired: true });
    await store.release('never there');
    await store.write([{ kind: 'engine', id: 'alpha', ifVersion: 0 }]);
    const reservation = newReservation({ claims: [claim('cpu', 1, 1)] });
    await store.reserve({ reservation, engineVersion: engine.version, leaseMs: 0 });
    await store.acquireLease('watch/alpha', 'me', 1000);
    t.is(await store.head(), head);
  });

  test('following continues from any version', async (t) => {
    const store = await open(t);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await addEngine(store, id);
    const all = await changesAfter(store, 0, 5);
    for (const after of [1, 3, 4]) t.deepEqual(await changesAfter(store, after, 5 - after), all.slice(after));
  });

  test('a follower gets new changes, complete and in order', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const followers = [changesAfter(store, 0, 41), changesAfter(store, 1, 40)];
    for (let round = 0; round < 4; round++) {
      await Promise.all(Array.from({ length: 10 }, () => reserve(store, engine, [claim('cpu', 1)])));
    }
    const [all = [], later = []] = await Promise.all(followers);
    t.deepEqual(
      all.map(({ version }) => version),
      Array.from({ length: 41 }, (_, i) => i + 1),
    );
    t.deepEqual(all.slice(1), later);
  });

  test('a cursor before the feed’s start is reset', async (t) => {
    const store = await open(t, { feedVersions: 20 });
    for (let i = 0; i < 400; i++) await store.write([{ kind: 'engine-key', id: `${i}`, value: { engineId: 'alpha' } }]);
    t.deepEqual(await changesAfter(store, 0, 1), [{ kind: 'reset', version: 400 }]);
    t.deepEqual(
      (await changesAfter(store, 390, 10)).map(({ version }) => version),
      [391, 392, 393, 394, 395, 396, 397, 398, 399, 400],
    );
  });

  test('after a reset the feed continues from its version', async (t) => {
    const store = await open(t);
    await addEngine(store);
    const following = store.follow(9, AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
    t.deepEqual((await following.next()).value, { kind: 'reset', version: 1 });
    await addEngine(store, 'beta');
    t.like((await following.next()).value, { kind: 'engine', id: 'beta', version: 2 });
    await following.return?.();
  });

  if (!cannot.includes('exact-trimming')) {
    test('the feed keeps the configured number of versions', async (t) => {
      const store = await open(t, { feedVersions: 3 });
      for (const id of ['a', 'b', 'c', 'd', 'e']) await addEngine(store, id);
      t.deepEqual(await changesAfter(store, 1, 1), [{ kind: 'reset', version: 5 }]);
      t.is((await changesAfter(store, 2, 3)).length, 3);
    });
  }

  test('a cursor ahead of the store is reset, because the store is another one', async (t) => {
    const store = await open(t);
    await addEngine(store);
    t.deepEqual(await changesAfter(store, 7, 1), [{ kind: 'reset', version: 1 }]);
  });

  // Alone, so that the other tests do not take its time.
  test.serial('an abort ends a waiting follower immediately', async (t) => {
    const store = await open(t);
    await addEngine(store);
    const abort = new AbortController();
    let abortedAt = 0;
    for await (const _change of store.follow(0, abort.signal)) {
      setTimeout(() => {
        abortedAt = performance.now();
        abort.abort();
      }, 50);
    }
    t.true(performance.now() - abortedAt < 1_000, 'it waited for something else than the abort');
  });

  test('an abort drops changes that were not delivered yet', async (t) => {
    const store = await open(t);
    for (const id of ['a', 'b', 'c']) await addEngine(store, id);
    const abort = new AbortController();
    const seen: Change[] = [];
    for await (const change of store.follow(0, abort.signal)) {
      seen.push(change);
      abort.abort();
    }
    t.is(seen.length, 1);
    for await (const change of store.follow(0, abort.signal)) seen.push(change);
    t.is(seen.length, 1, 'an aborted signal starts nothing');
  });

  test('followers affect neither each other nor the store', async (t) => {
    const store = await open(t);
    const abort = new AbortController();
    const counts = [0, 0, 0];
    const following = counts.map(async (_, i) => {
      for await (const change of store.follow(0, abort.signal)) counts[i] = change.version;
    });
    await addEngine(store);
    await addEngine(store);
    while (counts.some((count) => count < 2)) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    await Promise.all(following);
    t.deepEqual(counts, [2, 2, 2]);
  });
}

/** The versions up to `head` that a follower still gets, in order. */
async function oldestKept(store: Store, head: number): Promise<number[]> {
  const kept: number[] = [];
  for (let after = 0; after < head; after++) {
    const [first] = await changesAfter(store, after, 1);
    if (first?.kind !== 'reset' && first) kept.push(first.version);
  }
  return kept;
}
