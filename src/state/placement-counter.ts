import type { ErrorCode } from '../model/errors.ts';

/** A place was reserved, or why none was. */
export type PlacementOutcome = 'reserved' | ErrorCode;

/** Counts placements, for the strategies that depend on how many there were, and for whoever watches. Each server counts its own. */
export class PlacementCounter {
  #next = 0;
  readonly #outcomes = new Map<PlacementOutcome, number>();

  /** The turn a placement made now would get. */
  peek(): number {
    return this.#next;
  }

  take(): number {
    return this.#next++;
  }

  ended(outcome: PlacementOutcome): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** How often each, since the start of the server. */
  outcomes(): ReadonlyMap<PlacementOutcome, number> {
    return this.#outcomes;
  }
}
