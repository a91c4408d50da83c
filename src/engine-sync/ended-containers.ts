import type { EngineEvent } from '../engines/engine-client.ts';

/** Looks after the first one at a container that is said to have ended, each after twice the time. */
const mostLooks = 6;
const firstPauseMs = 150;
/** Of one engine. What is beyond is found by the next resync. */
const mostContainers = 1_000;

/**
 * Containers that ended by an event and not yet by the engine's list: dockerd tells of an end before it has cleared up
 * behind the container, lists it as running until then, and tells nothing afterwards.
 */
export class EndedContainers {
  /** How often the engine was looked at since the end. */
  readonly #looks = new Map<string, number>();

  tell({ action, id }: EngineEvent): void {
    if (action === 'die' && this.#looks.size < mostContainers) this.#looks.set(id, 0);
    if (action === 'start' || action === 'destroy') this.#looks.delete(id);
  }

  /** After a look: when another one is due, because a container that ended is on record as one that runs; or never. */
  nextLookMs(isOnRecordAsRunning: (containerId: string) => boolean): number | undefined {
    let fewest: number | undefined;
    for (const [id, looks] of this.#looks) {
      if (looks >= mostLooks || !isOnRecordAsRunning(id)) {
        this.#looks.delete(id);
        continue;
      }
      this.#looks.set(id, looks + 1);
      fewest = Math.min(fewest ?? looks, looks);
    }
    return fewest === undefined ? undefined : firstPauseMs * 2 ** fewest;
  }
}
