/** An event may arrive after a list that already contains its change. */
const eventsAfterMs = 2_000;
/** Per engine, and how long they are remembered. */
const maxReported = 5_000;
const reportedForMs = 10_000;

/** Counts an engine's changes without an event, among those of the last seconds. */
export class MissedEvents {
  /** When the last event of each container arrived. */
  readonly #reported = new Map<string, number>();

  note(containerId: string): void {
    const now = performance.now();
    this.#reported.delete(containerId);
    this.#reported.set(containerId, now);
    for (const [id, at] of this.#reported) {
      if (this.#reported.size <= maxReported && now - at < reportedForMs) break;
      this.#reported.delete(id);
    }
  }

  /** How many changed containers of a resync had no event. Resolves after a delay for late events. */
  async count(changed: readonly string[], pause: (ms: number) => Promise<void>): Promise<number> {
    if (changed.length === 0) return 0;
    await pause(eventsAfterMs);
    return changed.filter((id) => !this.#reported.has(id)).length;
  }
}
