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

test('a set has what was added, in order, and counts it', (t) => {
  fc.assert(
    fc.property(twoSets, ({ rowCount, mine }) => {
      const set = setOf(rowCount, mine);
      t.deepEqual(rowsIn(set), inOrder(mine));
      t.is(set.count(), mine.length);
      for (let row = 0; row < rowCount; row++) t.is(set.has(row), mine.includes(row));
    }),
  );
});

test('what is deleted is gone, and the rest stays', (t) => {
  fc.assert(
    fc.property(twoSets, ({ rowCount, mine, others }) => {
      const set = setOf(rowCount, mine);
      for (const row of others) set.delete(row);
      t.deepEqual(rowsIn(set), inOrder(mine.filter((row) => !others.includes(row))));
    }),
  );
});

test('to retain keeps what is in both, and to remove keeps what is not', (t) => {
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

test('to join is to have both, and what is shared leaves both as they are', (t) => {
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

test('all rows are those of the fleet and none beyond', (t) => {
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

test('the next row is the smallest that is not below', (t) => {
  fc.assert(
    fc.property(twoSets, fc.nat(120), ({ rowCount, mine }, from) => {
      t.is(setOf(rowCount, mine).next(from), inOrder(mine).find((row) => row >= from) ?? -1);
    }),
  );
});

test('the nth row has n smaller ones', (t) => {
  fc.assert(
    fc.property(twoSets, fc.nat(120), ({ rowCount, mine }, rank) => {
      t.is(setOf(rowCount, mine).nth(rank), inOrder(mine)[rank] ?? -1);
    }),
  );
});

test('a clone goes its own way', (t) => {
  const set = setOf(40, [1, 39]);
  const clone = set.clone();
  set.delete(39);
  t.deepEqual([rowsIn(set), rowsIn(clone)], [[1], [1, 39]]);
});

test('sparse rows keep no word without a bit, and the others in order', (t) => {
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
