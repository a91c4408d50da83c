import { lowestRow, type RowSet } from '../model/row-set.ts';
import type { SparseRows } from '../model/sparse-rows.ts';

/** A row and its score. */
export interface RankedRow {
  readonly row: number;
  readonly score: number;
}

/** By what rows are ranked: each has a score, and is on a level that tells roughly how high it is. */
export interface Scoring {
  /** Those that may have the highest scores first. */
  readonly levels: Iterable<number>;
  rowsOn(level: number): SparseRows;
  /** No row of this level, or of one after it, has a higher score. */
  mostOn(level: number): number;
  scoreOf(row: number): number;
}

/**
 * The best of the rows: highest score first, smaller row first among equals; at most `limit` of them. Level by level,
 * until no other level can have a better one: of ten thousand rows a few hundred are looked at.
 */
export function bestRows(rows: RowSet, limit: number, scoring: Scoring): readonly RankedRow[] {
  const best = new BestRows(limit);
  // Fewer than there are words: to go through the levels would take longer than to look at each.
  if (rows.count() < rows.words.length) {
    for (let row = rows.next(0); row !== -1; row = rows.next(row + 1)) best.offer(row, scoring.scoreOf(row));
    return best.ranked;
  }
  for (const level of scoring.levels) {
    if (scoring.mostOn(level) < best.threshold) break;
    const { positions, words } = scoring.rowsOn(level);
    for (let index = 0; index < positions.length; index++) {
      const position = positions[index] as number;
      let bits = (words[index] as number) & (rows.words[position] as number);
      for (; bits !== 0; bits &= bits - 1) {
        const row = lowestRow(position, bits);
        best.offer(row, scoring.scoreOf(row));
      }
    }
  }
  return best.ranked;
}

/** A row is kept only while it is among the best so far: whoever places a container rarely asks for a second one. */
class BestRows {
  readonly ranked: RankedRow[] = [];
  /** Who scores less is not among the best. */
  threshold = Number.NEGATIVE_INFINITY;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(row: number, score: number): void {
    if (score < this.threshold) return;
    const { ranked } = this;
    ranked.splice(this.#placeOf(row, score), 0, { row, score });
    if (ranked.length > this.#limit) ranked.pop();
    if (ranked.length === this.#limit) this.threshold = ranked[ranked.length - 1]?.score ?? Number.POSITIVE_INFINITY;
  }

  #placeOf(row: number, score: number): number {
    const { ranked } = this;
    let low = 0;
    for (let high = ranked.length; low < high; ) {
      const middle = (low + high) >> 1;
      const other = ranked[middle] as RankedRow;
      if (other.score > score || (other.score === score && other.row < row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
