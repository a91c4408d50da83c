/** A row and its score. */
export interface RankedRow {
  readonly row: number;
  readonly score: number;
}

/**
 * The best of the rows that are offered, in the order of rows: highest score first, smaller row first among equals; at
 * most `limit` of them. A row is kept only while it is among the best so far: whoever places a container rarely asks for
 * a second one.
 */
export class BestRows {
  readonly #limit: number;
  readonly #best: RankedRow[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Best first. */
  get ranked(): readonly RankedRow[] {
    return this.#best;
  }

  /** A later row must score more than this to be kept. */
  get threshold(): number {
    if (this.#best.length < this.#limit) return Number.NEGATIVE_INFINITY;
    return this.#best[this.#best.length - 1]?.score ?? Number.POSITIVE_INFINITY;
  }

  /** Gives the new threshold. */
  offer(row: number, score: number): number {
    if (score <= this.threshold) return this.threshold;
    if (this.#best.length === this.#limit) this.#best.pop();
    this.#best.splice(this.#placeOf(score), 0, { row, score });
    return this.threshold;
  }

  /** Behind all that are as good: they have smaller rows. */
  #placeOf(score: number): number {
    let low = 0;
    for (let high = this.#best.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#best[middle] as RankedRow).score >= score) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
