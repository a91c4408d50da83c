interface Tries {
  readonly count: number;
  /** The next one is allowed then. */
  readonly nextMs: number;
}

const longestMs = 60_000;
const forgottenAfterMs = 15 * 60_000;

/** Counts tries by key, of which it keeps so many, and says how long the next one waits: each wait is twice the one before, up to a minute. */
export class RecentTries {
  readonly #most: number;
  readonly #tries = new Map<string, Tries>();

  constructor(most: number) {
    this.#most = most;
  }

  waitMs(key: string, now: number): number {
    return (this.#tries.get(key)?.nextMs ?? 0) - now;
  }

  countOf(key: string, now: number): number {
    const tries = this.#tries.get(key);
    return tries === undefined || now - tries.nextMs > forgottenAfterMs ? 0 : tries.count;
  }

  /** `free`: how many cost nothing. */
  count(key: string, free: number, now: number): void {
    const count = this.countOf(key, now) + 1;
    const delayMs = count <= free ? 0 : Math.min(longestMs, 1_000 * 2 ** Math.min(count - free - 1, 16));
    // The last one tried is the last one to go.
    this.#tries.delete(key);
    this.#tries.set(key, { count, nextMs: now + delayMs });
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > this.#most && oldest !== undefined) this.#tries.delete(oldest);
  }

  /** One try was none. */
  forgive(key: string): void {
    const tries = this.#tries.get(key);
    if (tries && tries.count > 1) this.#tries.set(key, { ...tries, count: tries.count - 1 });
    else this.#tries.delete(key);
  }

  forget(key: string): void {
    this.#tries.delete(key);
  }
}
