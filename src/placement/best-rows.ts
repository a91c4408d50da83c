/** A row and its score. */
export interface RankedRow {
  readonly row: number;
  readonly score: number;
}

/**
 * The best of the rows that are not excluded: highest score first, smaller row first among equals; at most `limit` of
 * them. One pass, in which a row is kept only while it is among the best so far: whoever places a container rarely asks
 * for a second one.
 */
export function bestRows(excluded: Uint8Array, limit: number, scoreOf: (row: number) => number): BestRows {
  const best: RankedRow[] = [];
  let count = 0;
  for (let row = 0; row < excluded.length; row++) {
    if (excluded[row] !== 0) continue;
    count++;
    const score = scoreOf(row);
    const worst = best.length < limit ? undefined : best[best.length - 1];
    if (worst && score <= worst.score) continue;
    if (worst) best.pop();
    best.splice(placeOf(score, best), 0, { row, score });
  }
  return { count, best };
}

export interface BestRows {
  /** Of all that are not excluded. */
  readonly count: number;
  readonly best: readonly RankedRow[];
}

/** Behind all that are as good: they have smaller rows. */
function placeOf(score: number, best: readonly RankedRow[]): number {
  let low = 0;
  for (let high = best.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((best[middle] as RankedRow).score >= score) low = middle + 1;
    else high = middle;
  }
  return low;
}
