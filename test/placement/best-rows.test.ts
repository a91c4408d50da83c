import test from 'ava';
import { RowSet } from '../../src/model/row-set.ts';
import { bestRows, type Scoring } from '../../src/placement/best-rows.ts';
import { RowLevels } from '../../src/placement/row-levels.ts';

const rowCount = 1_000;

/** Row by row: 0, 1, ... 99, 0, 1, ...; the level is the score in tens. Counts how many were scored. */
class Countdown implements Scoring {
  readonly levels = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
  readonly #byTens = new RowLevels(rowCount);
  scored = 0;

  constructor() {
    for (let row = 0; row < rowCount; row++) this.#byTens.set(row, Math.floor((row % 100) / 10));
  }

  rowsOn(level: number) {
    return this.#byTens.at(level);
  }

  mostOn(level: number) {
    return level * 10 + 9;
  }

  scoreOf(row: number) {
    this.scored++;
    return row % 100;
  }
}

function all(): RowSet {
  const rows = new RowSet(rowCount);
  rows.addAll();
  return rows;
}

test('the best come first, and equal ones by row', (t) => {
  const best = bestRows(all(), 11, new Countdown());
  t.deepEqual(
    best.map(({ row }) => row),
    [99, 199, 299, 399, 499, 599, 699, 799, 899, 999, 98],
  );
});

test('levels that have none better are not looked at', (t) => {
  const scoring = new Countdown();
  bestRows(all(), 8, scoring);
  t.is(scoring.scored, 100);
});

test('no limit ranks all, and a limit of none ranks none', (t) => {
  t.is(bestRows(all(), Number.POSITIVE_INFINITY, new Countdown()).length, rowCount);
  t.is(bestRows(all(), 0, new Countdown()).length, 0);
});
