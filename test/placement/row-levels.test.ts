import test from 'ava';
import { RowSet } from '../../src/model/row-set.ts';
import { RowLevels } from '../../src/placement/row-levels.ts';

function rowsAt(levels: RowLevels, level: number): number[] {
  const rows = new RowSet(100);
  rows.addAll();
  rows.retain(levels.at(level));
  return Array.from({ length: 100 }, (_, row) => row).filter((row) => rows.has(row));
}

test('a deleted row is on no level', (t) => {
  const levels = new RowLevels(100);
  levels.set(7, 1);
  levels.delete(7);
  levels.delete(8);
  t.deepEqual(rowsAt(levels, 1), []);
});

test('a row is only on the level it was last put on', (t) => {
  const levels = new RowLevels(100);
  t.is(levels.count, 0);
  levels.set(3, 2);
  levels.set(99, 2);
  levels.set(3, 0);
  levels.set(99, 2);
  t.deepEqual(
    [0, 1, 2, 3].map((level) => rowsAt(levels, level)),
    [[3], [], [99], []],
  );
  t.is(levels.count, 3);
});
