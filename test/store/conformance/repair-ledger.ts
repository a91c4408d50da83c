import test from 'ava';
import { addEngine, claim, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function repairFacts({ open }: Backend): void {
  test('a correct ledger is unchanged', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const other = await addEngine(store, 'beta');
    t.deepEqual(await store.repairLedger('alpha', [], 1_000), []);
    const id = await reserve(store, engine, [claim('cpu', 2, 10), claim('cpu', 1, 10), claim('port/tcp/80', 0)]);
    const bound = await reserve(store, engine, [claim('cpu', 3, 10)]);
    await store.bind(bound, 'container');
    const elsewhere = await reserve(store, other, [claim('cpu', 5, 10)]);
    const head = await store.head();
    t.deepEqual(await store.repairLedger('alpha', [id, elsewhere, 'never there'], 0), []);
    t.deepEqual(await store.sums('alpha'), new Map([['cpu', 6]]));
    t.deepEqual(await store.sums('beta'), new Map([['cpu', 5]]));
    t.deepEqual((await store.reservations('alpha')).map((each) => each.id).sort(), [bound, id].sort());
    t.deepEqual(
      (await store.reservations('beta')).map((each) => each.id),
      [elsewhere],
    );
    t.deepEqual(await store.expired(), []);
    t.is(await store.head(), head);
  });

  test('a repair during reservations and releases leaves correct sums', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const change = async () => {
      for (let i = 0; i < 10; i++) await store.release(await reserve(store, engine, [claim('cpu', 1)]));
      return [];
    };
    const repairs = Array.from({ length: 10 }, () => store.repairLedger('alpha', [], 1_000));
    const found = await Promise.all([change(), change(), ...repairs]);
    t.deepEqual(found.flat(), []);
    t.deepEqual(await store.sums('alpha'), new Map());
  });

  test('a repair with invalid input is invalid', async (t) => {
    const store = await open(t);
    await t.throwsAsync(store.repairLedger('a b', [], 1_000), { code: 'invalid' });
    await t.throwsAsync(store.repairLedger('alpha', [''], 1_000), { code: 'invalid' });
    await t.throwsAsync(store.repairLedger('alpha', [], -1), { code: 'invalid' });
  });
}
