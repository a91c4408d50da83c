/** Of one address, each second: more than the containers of a busy engine ask, and less than keeps a server busy. */
const mostPerSecond = 2_000;
/** More addresses are not told apart within a second: senders may make them up. */
const mostAddresses = 4_096;

/** What may be asked by one address by UDP, so that nobody keeps the server from its work. */
export class QueryLimit {
  readonly #now: () => number;
  readonly #asked = new Map<string, number>();
  #second = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts a query. False: it is not to be answered. */
  allows(address: string): boolean {
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#asked.clear();
    }
    const key = this.#asked.has(address) || this.#asked.size < mostAddresses ? address : '';
    const asked = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, asked);
    return asked <= mostPerSecond;
  }
}
