/** An event may be on its way while the list is made that shows what it tells. */
const eventsAfterMs = 2_000;
/** Of one engine, and for how long they are remembered. */
const mostTold = 5_000;
const toldForMs = 10_000;

/** Tells what an engine changed without an event: what it told lately is remembered. */
export class MissedEvents {
  /** When an event about a container came last. */
  readonly #told = new Map<string, number>();

  tell(containerId: string): void {
    const now = performance.now();
    this.#told.delete(containerId);
    this.#told.set(containerId, now);
    for (const [id, at] of this.#told) {
      if (this.#told.size <= mostTold && now - at < toldForMs) break;
      this.#told.delete(id);
    }
  }

  /** How many of the containers that a resync found changed no event told of. Resolves once events had their time. */
  async count(changed: readonly string[], pause: (ms: number) => Promise<void>): Promise<number> {
    if (changed.length === 0) return 0;
    await pause(eventsAfterMs);
    return changed.filter((id) => !this.#told.has(id)).length;
  }
}
