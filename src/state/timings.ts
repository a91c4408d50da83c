/** What took time in this server, and whether it came to a good end. */
export interface Timing {
  /** A call to the store, by what it was; a look of the leader at all services, jobs and engines. */
  readonly of: { readonly storeCall: string } | 'pass';
  readonly tookMs: number;
  readonly isOk: boolean;
}

/** Passes on how long things took, to whoever measures. */
export class Timings {
  readonly #watchers = new Set<(timing: Timing) => void>();

  watch(watcher: (timing: Timing) => void): void {
    this.#watchers.add(watcher);
  }

  note(timing: Timing): void {
    for (const watcher of this.#watchers) watcher(timing);
  }
}
