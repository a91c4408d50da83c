import type { EngineEvent } from '../engines/engine-client.ts';

/** Looks after the first one at a container that is said to have ended, each after twice the time. */
const mostResyncs = 6;
const firstPauseMs = 150;
/** Of one engine. What is beyond is found by the next resync. */
const mostContainers = 1_000;

/**
 * Containers that ended by an event and not yet by the engine's list: dockerd tells of an end before it has cleared up
 * behind the container, lists it as running until then, and tells nothing afterwards.
 */
export class EndedContainers {
  /** How often the engine was looked at since the end. */
  readonly #resyncs = new Map<string, number>();

  tell({ action, id }: EngineEvent): void {
    if (action === 'die' && this.#resyncs.size < mostContainers) this.#resyncs.set(id, 0);
    if (action === 'start' || action === 'destroy') this.#resyncs.delete(id);
  }

  /** After a resync: when another one is due, because a container that ended is on record as one that runs; or never. */
  nextResyncMs(isOnRecordAsRunning: (containerId: string) => boolean): number | undefined {
    let fewest: number | undefined;
    for (const [id, resyncs] of this.#resyncs) {
      if (resyncs >= mostResyncs || !isOnRecordAsRunning(id)) {
        this.#resyncs.delete(id);
        continue;
      }
      this.#resyncs.set(id, resyncs + 1);
      fewest = Math.min(fewest ?? resyncs, resyncs);
    }
    return fewest === undefined ? undefined : firstPauseMs * 2 ** fewest;
  }
}
