/** The duration of an operation, and whether it succeeded. */
interface Timing {
  /** A store call, by name; or a pass of the leader over all services, jobs and engines. */
  readonly of: { readonly storeCall: string } | 'pass';
  readonly tookMs: number;
  readonly isOk: boolean;
}

/** Reports durations to the metrics. */
export class Timings {
  readonly #watchers = new Set<(timing: Timing) => void>();

  watch(watcher: (timing: Timing) => void): void {
    this.#watchers.add(watcher);
  }

  note(timing: Timing): void {
    for (const watcher of this.#watchers) watcher(timing);
  }
}
