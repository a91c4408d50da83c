import test from 'ava';
import fc from 'fast-check';
import { RowSet } from '../../src/model/row-set.ts';
import { RoomIndex } from '../../src/placement/room-index.ts';

/** Overdrawn, empty, around powers of two, and beyond what has a level of its own. */
const amount = fc.oneof(
  fc.integer({ min: -5, max: 40 }),
  fc.integer({ min: 0, max: 70_000 }),
  fc.constantFrom(2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 40),
);

test('rows with less than wanted are removed, also after changes', (t) => {
  const amounts = fc.array(amount, { minLength: 1, maxLength: 70 });
  fc.assert(
    fc.property(amounts, amounts, fc.array(amount, { minLength: 1, maxLength: 5 }), (before, now, wanted) => {
      const room = new RoomIndex(before.length);
      const left = before.map((each, row) => now[row] ?? each);
      for (const [row, each] of before.entries()) room.set(row, each);
      for (const [row, each] of left.entries()) room.set(row, each);
      for (const each of wanted) {
        const rows = new RowSet(left.length);
        rows.addAll();
        rows.delete(0);
        room.retain(rows, each);
        const kept = left.flatMap((has, row) => (row > 0 && has >= each ? [row] : []));
        t.deepEqual(
          left.flatMap((_, row) => (rows.has(row) ? [row] : [])),
          kept,
        );
      }
    }),
    { numRuns: 1_000 },
  );
});
