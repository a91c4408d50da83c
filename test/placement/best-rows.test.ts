import test from 'ava';
import { lowestRow, RowSet } from '../../src/model/row-set.ts';
import { type BestRows, bestRows, type Ladder, type Scoring } from '../../src/placement/best-rows.ts';
import { RowLevels } from '../../src/placement/row-levels.ts';

const rowCount = 1_000;

/** Row by row: 0, 1, ... 99, 0, 1, ...; a step is ten of them. Counts how many were scored. */
class Countdown implements Scoring, Ladder {
  readonly ladders = [this];
  readonly ask = { cpuMilli: 0, memoryMiB: 0 };
  readonly stepCount = 10;
  readonly #byTens = new RowLevels(rowCount);
  scored = 0;

  constructor() {
    for (let row = 0; row < rowCount; row++) this.#byTens.set(row, 9 - Math.floor((row % 100) / 10));
  }

  rowsOn(step: number) {
    return this.#byTens.at(step);
  }

  mostOn(step: number) {
    return 99 - step * 10;
  }

  offer(best: BestRows, position: number, word: number) {
    for (let bits = word; bits !== 0; bits &= bits - 1) {
      const row = lowestRow(position, bits);
      if (best.wants(row, row % 100)) best.add(row, row % 100);
      this.scored++;
    }
  }
}

function all(): RowSet {
  const rows = new RowSet(rowCount);
  rows.addAll();
  return rows;
}

test('the best rows come first, and ties are sorted by row', (t) => {
  const best = bestRows(all(), 11, new Countdown());
  t.deepEqual(
    best.map(({ row }) => row),
    [99, 199, 299, 399, 499, 599, 699, 799, 899, 999, 98],
  );
});

test('steps without better rows are skipped', (t) => {
  const scoring = new Countdown();
  bestRows(all(), 8, scoring);
  t.is(scoring.scored, 100);
});

test('no limit ranks all rows, and a limit of 0 none', (t) => {
  t.is(bestRows(all(), Number.POSITIVE_INFINITY, new Countdown()).length, rowCount);
  t.is(bestRows(all(), 0, new Countdown()).length, 0);
});
