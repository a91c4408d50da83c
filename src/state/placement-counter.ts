import type { ErrorCode } from '../model/errors.ts';

/** A place was reserved, or the error code. */
type PlacementOutcome = 'reserved' | ErrorCode;

/** Counts placements, for strategies that depend on their number, and for metrics. Each server counts its own. */
export class PlacementCounter {
  #next = 0;
  readonly #outcomes = new Map<PlacementOutcome, number>();

  /** The number that the next placement would get. */
  peek(): number {
    return this.#next;
  }

  take(): number {
    return this.#next++;
  }

  ended(outcome: PlacementOutcome): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** The count of each outcome since the start of the server. */
  outcomes(): ReadonlyMap<PlacementOutcome, number> {
    return this.#outcomes;
  }
}
