interface Tries {
  readonly count: number;
  /** When the next attempt is allowed. */
  readonly nextMs: number;
}

const maxMs = 60_000;
const forgottenAfterMs = 15 * 60_000;

/**
 * Counts attempts by key, for a limited number of keys, and computes the delay of the next one: it doubles each time,
 * up to a minute.
 */
export class RecentTries {
  readonly #max: number;
  readonly #tries = new Map<string, Tries>();

  constructor(max: number) {
    this.#max = max;
  }

  waitMs(key: string, now: number): number {
    return (this.#tries.get(key)?.nextMs ?? 0) - now;
  }

  countOf(key: string, now: number): number {
    const tries = this.#tries.get(key);
    return tries === undefined || now - tries.nextMs > forgottenAfterMs ? 0 : tries.count;
  }

  /** `free`: attempts without delay. */
  count(key: string, free: number, now: number): void {
    const count = this.countOf(key, now) + 1;
    const delayMs = count <= free ? 0 : Math.min(maxMs, 1_000 * 2 ** Math.min(count - free - 1, 16));
    // Moved to the end, so that the least recent key is evicted first.
    this.#tries.delete(key);
    this.#tries.set(key, { count, nextMs: now + delayMs });
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > this.#max && oldest !== undefined) this.#tries.delete(oldest);
  }

  /** Uncounts one attempt. */
  forgive(key: string): void {
    const tries = this.#tries.get(key);
    if (tries && tries.count > 1) this.#tries.set(key, { ...tries, count: tries.count - 1 });
    else this.#tries.delete(key);
  }

  forget(key: string): void {
    this.#tries.delete(key);
  }
}
