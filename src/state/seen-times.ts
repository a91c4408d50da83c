type Times = ReadonlyMap<string, number>;

/**
 * When this server first saw each time in a document, by its own monotonic clock. The times come from wall clocks of
 * other servers, which may be off by hours: they identify a moment, but do not tell how long ago it was. Every server
 * builds this table from the feed, so that durations continue after a change of leader.
 */
export class SeenTimes {
  readonly #steadyMs: () => number;
  #byDocument = new Map<string, Times>();
  /** From before the reload. */
  #former: ReadonlyMap<string, Times> = new Map();

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs;
  }

  /** Sets the times of a document; none: it is dropped. `ageMsOf`: the age of a new time; default: 0. */
  see(document: string, times: Iterable<string>, ageMsOf: (time: string) => number = () => 0): void {
    const before = this.#byDocument.get(document) ?? this.#former.get(document);
    const now = this.#steadyMs();
    const seen = new Map<string, number>();
    for (const time of times) seen.set(time, before?.get(time) ?? now - ageMsOf(time));
    if (seen.size > 0) this.#byDocument.set(document, seen);
    else this.#byDocument.delete(document);
  }

  /** By the monotonic clock. Now, for an unknown time. */
  at(document: string, time: string): number {
    return this.#byDocument.get(document)?.get(time) ?? this.#steadyMs();
  }

  /** Runs a synchronous reload: remaining times keep their moment, others are dropped. */
  renew(read: () => void): void {
    this.#former = this.#byDocument;
    this.#byDocument = new Map();
    read();
    this.#former = new Map();
  }
}
