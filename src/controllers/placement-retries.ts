import { waitMs } from '../decisions/services/waits.ts';

/** Maximum number of slots tried together while all tries find room. */
const max = 64;

/**
 * Paces starts of slots that wait for room. All of them wait for the same capacity, so a few are tried for all, one
 * second after a start found no room. While they succeed, the number doubles. Slots take turns, in case one is rejected
 * for its own reasons.
 */
export class PlacementRetries {
  readonly #fewest: number;
  #count: number;
  #notBefore = Number.NEGATIVE_INFINITY;
  #tried = new Set<string | number>();

  /** `fewest`: the minimum number of slots tried together. */
  constructor(fewest = 1) {
    this.#fewest = fewest;
    this.#count = fewest;
  }

  /** A start found no room. `now`: on the monotonic clock. */
  failed(now: number): void {
    this.#count = this.#fewest;
    this.#notBefore = now + waitMs({ code: 'unschedulable', failures: 0 });
  }

  /** Returns the starts to make now: all that do not wait for room, and some of those that do. */
  choose<T extends { readonly slot: string | number }>(
    starts: readonly T[],
    { isWaiting, isStarting, now }: Slots,
  ): T[] {
    const waiting = starts.filter(({ slot }) => isWaiting(slot));
    const others = starts.filter(({ slot }) => !isWaiting(slot));
    if (waiting.length === 0 || now < this.#notBefore) return others;
    if ([...this.#tried].some((slot) => isStarting(slot))) return others;
    const fresh = waiting.filter(({ slot }) => !this.#tried.has(slot));
    const chosen = [...fresh, ...waiting.filter(({ slot }) => this.#tried.has(slot))].slice(0, this.#count);
    if (chosen.length >= fresh.length) this.#tried.clear();
    for (const { slot } of chosen) this.#tried.add(slot);
    // Applies to the next call, unless one of these starts fails.
    this.#count = Math.max(this.#fewest, Math.min(max, 2 * this.#count));
    return [...others, ...chosen];
  }
}

interface Slots {
  readonly isWaiting: (slot: string | number) => boolean;
  readonly isStarting: (slot: string | number) => boolean;
  readonly now: number;
}
