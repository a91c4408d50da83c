/** Per address and second: more than the containers of a busy engine need, and little load for a server. */
const maxPerSecond = 2_000;
/** Limits the tracked addresses per second, because senders can spoof them. */
const maxAddresses = 4_096;

/** Limits UDP queries per address, so that no client overloads the server. */
export class QueryLimit {
  readonly #now: () => number;
  readonly #asked = new Map<string, number>();
  #second = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts a query. False: do not answer it. */
  allows(address: string): boolean {
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#asked.clear();
    }
    const key = this.#asked.has(address) || this.#asked.size < maxAddresses ? address : '';
    const asked = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, asked);
    return asked <= maxPerSecond;
  }
}
