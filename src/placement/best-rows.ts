import type { RowSet } from '../model/row-set.ts';
import type { SparseRows } from '../model/sparse-rows.ts';

/** A row with its score. */
export interface RankedRow {
  readonly row: number;
  readonly score: number;
}

/** The resources of the container to place. */
export interface ResourceRequest {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** Rows in steps of descending maximum score, so that a search can stop early. */
export interface Ladder {
  readonly stepCount: number;
  rowsOn(step: number): SparseRows;
  /** An upper bound for the scores of this step and all later ones. */
  mostOn(step: number, ask: ResourceRequest): number;
}

/** How rows are scored. Every row is on one of the ladders. */
export interface Scoring {
  readonly ladders: Iterable<Ladder>;
  readonly ask: ResourceRequest;
  /** A column for breaking ties: lower values rank first. */
  readonly ties?: Float64Array;
  /** Scores the rows whose bits are set in the word at that position: a call per row would be slower. */
  offer(best: BestRows, position: number, bits: number): void;
}

/**
 * The best rows: sorted by descending score, then by `ties`, then by row; at most `limit`. Of ten thousand rows, a few
 * hundred are scored, unless all are alike.
 */
export function bestRows(rows: RowSet, limit: number, scoring: Scoring): readonly RankedRow[] {
  const best = new BestRows(limit, scoring.ties);
  const mine = rows.words;
  // With few rows, scoring all is faster than descending the ladders.
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

/** Keeps a row only while it is among the best so far, since a placement rarely needs more than one. */
export class BestRows {
  readonly ranked: RankedRow[] = [];
  /** Lower scores are not among the best. */
  threshold = Number.NEGATIVE_INFINITY;
  readonly #limit: number;
  readonly #ties: Float64Array | undefined;
  #lastRow = 0;

  constructor(limit: number, ties?: Float64Array) {
    this.#limit = limit;
    this.#ties = ties;
  }

  /** Call it first: it takes a hundredth of the time of `add`. */
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

  /** Compares two rows with equal scores. */
  #comesFirst(row: number, other: number): boolean {
    const ties = this.#ties;
    const difference = ties ? (ties[row] as number) - (ties[other] as number) : 0;
    return difference < 0 || (difference === 0 && row < other);
  }
}
