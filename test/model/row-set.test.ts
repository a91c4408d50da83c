import test from 'ava';
import fc from 'fast-check';
import { lowestRow, RowSet } from '../../src/model/row-set.ts';
import { SparseRows } from '../../src/model/sparse-rows.ts';

/** Around the ends of words. */
const rowCounts = fc.constantFrom(0, 1, 31, 32, 33, 63, 64, 65, 100);
const rowsOf = (rowCount: number) => fc.uniqueArray(fc.nat(Math.max(0, rowCount - 1)), { maxLength: rowCount });
const twoSets = rowCounts.chain((rowCount) =>
  fc.record({ rowCount: fc.constant(rowCount), mine: rowsOf(rowCount), others: rowsOf(rowCount) }),
);

function setOf(rowCount: number, rows: readonly number[]): RowSet {
  const set = new RowSet(rowCount);
  for (const row of rows) set.add(row);
  return set;
}

function sparse(rows: readonly number[]): SparseRows {
  const made = new SparseRows();
  for (const row of rows) made.add(row);
  return made;
}

/** As placements walk over it. */
function rowsIn({ words }: RowSet): number[] {
  const rows: number[] = [];
  for (const [position, word] of words.entries()) {
    for (let bits = word; bits !== 0; bits &= bits - 1) rows.push(lowestRow(position, bits));
  }
  return rows;
}

const inOrder = (rows: readonly number[]) => [...rows].sort((a, b) => a - b);

test('a set contains the added rows, in order, and counts them', (t) => {
  fc.assert(
    fc.property(twoSets, ({ rowCount, mine }) => {
      const set = setOf(rowCount, mine);
      t.deepEqual(rowsIn(set), inOrder(mine));
      t.is(set.count(), mine.length);
      for (let row = 0; row < rowCount; row++) t.is(set.has(row), mine.includes(row));
    }),
  );
});

test('delete removes a row and keeps the others', (t) => {
  fc.assert(
    fc.property(twoSets, ({ rowCount, mine, others }) => {
      const set = setOf(rowCount, mine);
      for (const row of others) set.delete(row);
      t.deepEqual(rowsIn(set), inOrder(mine.filter((row) => !others.includes(row))));
    }),
  );
});

test('retain keeps the intersection, remove the difference', (t) => {
  fc.assert(
    fc.property(twoSets, ({ rowCount, mine, others }) => {
      const [kept, left] = [setOf(rowCount, mine), setOf(rowCount, mine)];
      kept.retain(sparse(others));
      left.remove(sparse(others));
      t.deepEqual(rowsIn(kept), inOrder(mine.filter((row) => others.includes(row))));
      t.deepEqual(rowsIn(left), inOrder(mine.filter((row) => !others.includes(row))));
    }),
  );
});

test('join adds the other set, and shared changes neither', (t) => {
  fc.assert(
    fc.property(twoSets, ({ rowCount, mine, others }) => {
      const either = inOrder([...new Set([...mine, ...others])]);
      const [set, joined, joinedSparse] = [setOf(rowCount, mine), setOf(rowCount, mine), sparse(mine)];
      joined.join(setOf(rowCount, others));
      t.deepEqual(rowsIn(joined), either);
      joinedSparse.join(sparse(others));
      t.deepEqual({ ...joinedSparse }, { ...sparse(either) });
      t.deepEqual(rowsIn(set.shared(sparse(others))), inOrder(mine.filter((row) => others.includes(row))));
      t.deepEqual(rowsIn(set), inOrder(mine));
    }),
  );
});

test('addAll adds exactly the rows of the fleet', (t) => {
  fc.assert(
    fc.property(rowCounts, (rowCount) => {
      const set = new RowSet(rowCount);
      set.addAll();
      t.deepEqual(
        rowsIn(set),
        Array.from({ length: rowCount }, (_, row) => row),
      );
      set.clear();
      t.is(set.count(), 0);
    }),
  );
});

test('next finds the smallest row from a start', (t) => {
  fc.assert(
    fc.property(twoSets, fc.nat(120), ({ rowCount, mine }, from) => {
      t.is(setOf(rowCount, mine).next(from), inOrder(mine).find((row) => row >= from) ?? -1);
    }),
  );
});

test('nth finds the row with n smaller ones', (t) => {
  fc.assert(
    fc.property(twoSets, fc.nat(120), ({ rowCount, mine }, rank) => {
      t.is(setOf(rowCount, mine).nth(rank), inOrder(mine)[rank] ?? -1);
    }),
  );
});

test('a clone is independent', (t) => {
  const set = setOf(40, [1, 39]);
  const clone = set.clone();
  set.delete(39);
  t.deepEqual([rowsIn(set), rowsIn(clone)], [[1], [1, 39]]);
});

test('sparse rows store only non-zero words, in order', (t) => {
  fc.assert(
    fc.property(twoSets, ({ mine, others }) => {
      const rows = sparse(mine);
      for (const row of others) rows.delete(row);
      const left = mine.filter((row) => !others.includes(row));
      t.deepEqual(rows.positions, [...new Set(inOrder(left).map((row) => row >> 5))]);
      t.false(rows.words.includes(0));
      t.is(rows.isEmpty, left.length === 0);
    }),
  );
});
