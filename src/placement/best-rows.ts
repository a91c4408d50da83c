import type { RowSet } from '../model/row-set.ts';
import type { SparseRows } from '../model/sparse-rows.ts';

/** A row and its score. */
export interface RankedRow {
  readonly row: number;
  readonly score: number;
}

/** What is to be placed. */
export interface Ask {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** Rows in steps, from those that may score highest down: whoever has found better ones need not go on. */
export interface Ladder {
  readonly stepCount: number;
  rowsOn(step: number): SparseRows;
  /** No row of this step, or of one after it, has a higher score. */
  mostOn(step: number, ask: Ask): number;
}

/** By what rows are ranked. Every row is on one of the ladders. */
export interface Scoring {
  readonly ladders: Iterable<Ladder>;
  readonly ask: Ask;
  /** A column: among rows of equal scores those with less come first. */
  readonly ties?: Float64Array;
  /** Scores the rows whose bits are set in the word at that position: a call for each row would take longer. */
  offer(best: BestRows, position: number, bits: number): void;
}

/**
 * The best of the rows: highest score first, then by `ties`, smaller row first among equals; at most `limit` of them. Of ten thousand
 * rows a few hundred are looked at, unless all are alike.
 */
export function bestRows(rows: RowSet, limit: number, scoring: Scoring): readonly RankedRow[] {
  const best = new BestRows(limit, scoring.ties);
  const mine = rows.words;
  // Fewer than there are words: to climb down takes longer than to look at each.
  if (rows.count() < mine.length) {
    for (let position = 0; position < mine.length; position++) scoring.offer(best, position, mine[position] as number);
    return best.ranked;
  }
  for (const ladder of scoring.ladders) {
    for (let step = 0; step < ladder.stepCount && ladder.mostOn(step, scoring.ask) >= best.threshold; step++) {
      const { positions, words } = ladder.rowsOn(step);
      for (let index = 0; index < positions.length; index++) {
        const position = positions[index] as number;
        scoring.offer(best, position, (words[index] as number) & (mine[position] as number));
      }
    }
  }
  return best.ranked;
}

/** A row is kept only while it is among the best so far: whoever places a container rarely asks for a second one. */
export class BestRows {
  readonly ranked: RankedRow[] = [];
  /** Who scores less is not among the best. */
  threshold = Number.NEGATIVE_INFINITY;
  readonly #limit: number;
  readonly #ties: Float64Array | undefined;
  #lastRow = 0;

  constructor(limit: number, ties?: Float64Array) {
    this.#limit = limit;
    this.#ties = ties;
  }

  /** To be asked first: it takes a hundredth of what `add` does. */
  wants(row: number, score: number): boolean {
    return score > this.threshold || (score === this.threshold && this.#comesFirst(row, this.#lastRow));
  }

  add(row: number, score: number): void {
    const { ranked } = this;
    ranked.splice(this.#placeOf(row, score), 0, { row, score });
    if (ranked.length > this.#limit) ranked.pop();
    const last = ranked[ranked.length - 1];
    if (ranked.length < this.#limit || !last) return;
    this.threshold = last.score;
    this.#lastRow = last.row;
  }

  #placeOf(row: number, score: number): number {
    const { ranked } = this;
    let low = 0;
    for (let high = ranked.length; low < high; ) {
      const middle = (low + high) >> 1;
      const other = ranked[middle] as RankedRow;
      if (other.score > score || (other.score === score && this.#comesFirst(other.row, row))) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Of two rows with equal scores. */
  #comesFirst(row: number, other: number): boolean {
    const ties = this.#ties;
    const difference = ties ? (ties[row] as number) - (ties[other] as number) : 0;
    return difference < 0 || (difference === 0 && row < other);
  }
}
