type Times = ReadonlyMap<string, number>;

/**
 * When this server first saw each time that documents carry, by its own monotonic clock. The times themselves come from
 * wall clocks of other servers, which may be wrong by hours: they identify a moment, and say nothing about how long ago
 * it was. Every server keeps this table from the feed, so that durations go on after a change of leader.
 */
export class SeenTimes {
  readonly #steadyMs: () => number;
  #byDocument = new Map<string, Times>();
  /** From before everything was read anew. */
  #former: ReadonlyMap<string, Times> = new Map();

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs;
  }

  /**
   * The document carries these times now, and no others. None: it is forgotten. `ageMsOf`: how long ago a time was that is
   * seen for the first time; by default it is now.
   */
  see(document: string, times: Iterable<string>, ageMsOf: (time: string) => number = () => 0): void {
    const before = this.#byDocument.get(document) ?? this.#former.get(document);
    const now = this.#steadyMs();
    const seen = new Map<string, number>();
    for (const time of times) seen.set(time, before?.get(time) ?? now - ageMsOf(time));
    if (seen.size > 0) this.#byDocument.set(document, seen);
    else this.#byDocument.delete(document);
  }

  /** On the monotonic clock. Now, for a time that is not on record yet. */
  at(document: string, time: string): number {
    return this.#byDocument.get(document)?.get(time) ?? this.#steadyMs();
  }

  /** Everything is read anew by `read`, synchronously: what is still there keeps its moment, the rest is forgotten. */
  renew(read: () => void): void {
    this.#former = this.#byDocument;
    this.#byDocument = new Map();
    read();
    this.#former = new Map();
  }
}
