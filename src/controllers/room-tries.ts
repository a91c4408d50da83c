import { waitMs } from '../decisions/services/waits.ts';

/** So many slots are tried at once when all that were tried before found room. */
const most = 64;

/**
 * Slots that wait for room wait for the same: some are tried for all, a second after room was last missing. While they
 * find room, twice as many are tried next. Slots take turns, should one of them be refused for reasons of its own.
 */
export class RoomTries {
  readonly #fewest: number;
  #count: number;
  #notBefore = Number.NEGATIVE_INFINITY;
  #tried = new Set<string | number>();

  /** `fewest`: how many are tried at least. */
  constructor(fewest = 1) {
    this.#fewest = fewest;
    this.#count = fewest;
  }

  /** A start found no room. `now`: on the monotonic clock. */
  failed(now: number): void {
    this.#count = this.#fewest;
    this.#notBefore = now + waitMs({ code: 'unschedulable', failures: 0 });
  }

  /** The starts that are made now: those that do not wait for room, and some of those that do. */
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
    // For the next turn, unless one of these fails.
    this.#count = Math.max(this.#fewest, Math.min(most, 2 * this.#count));
    return [...others, ...chosen];
  }
}

interface Slots {
  readonly isWaiting: (slot: string | number) => boolean;
  readonly isStarting: (slot: string | number) => boolean;
  readonly now: number;
}
