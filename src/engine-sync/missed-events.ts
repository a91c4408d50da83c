/** An event may be on its way while the list is made that shows what it tells. */
const eventsAfterMs = 2_000;
/** Of one engine, and for how long they are remembered. */
const mostReported = 5_000;
const reportedForMs = 10_000;

/** Counts what an engine changed without an event, by the events of the last seconds. */
export class MissedEvents {
  /** When an event about a container came last. */
  readonly #reported = new Map<string, number>();

  note(containerId: string): void {
    const now = performance.now();
    this.#reported.delete(containerId);
    this.#reported.set(containerId, now);
    for (const [id, at] of this.#reported) {
      if (this.#reported.size <= mostReported && now - at < reportedForMs) break;
      this.#reported.delete(id);
    }
  }

  /** How many of the containers that a resync found changed no event told of. Resolves once events had their time. */
  async count(changed: readonly string[], pause: (ms: number) => Promise<void>): Promise<number> {
    if (changed.length === 0) return 0;
    await pause(eventsAfterMs);
    return changed.filter((id) => !this.#reported.has(id)).length;
  }
}
