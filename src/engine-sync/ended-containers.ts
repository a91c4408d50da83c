import type { EngineEvent } from '../engines/engine-client.ts';

/** Looks after the first one at a container that is said to have ended, each after twice the time. */
const mostResyncs = 6;
const firstPauseMs = 150;
/** Of one engine. What is beyond is found by the next resync. */
const mostContainers = 1_000;

/** Those to look at again, and when. */
export interface NextLook {
  readonly afterMs: number;
  readonly ids: readonly string[];
}

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

  /**
   * After a look at those, or at all: when another one is due, because a container that ended is known as one that runs; or
   * never.
   */
  nextLook(isKnownAsRunning: (containerId: string) => boolean, ids?: readonly string[]): NextLook | undefined {
    let fewest = mostResyncs;
    const running: string[] = [];
    for (const id of ids ?? [...this.#resyncs.keys()]) {
      const resyncs = this.#resyncs.get(id);
      if (resyncs === undefined) continue;
      if (resyncs >= mostResyncs || !isKnownAsRunning(id)) {
        this.#resyncs.delete(id);
        continue;
      }
      this.#resyncs.set(id, resyncs + 1);
      running.push(id);
      fewest = Math.min(fewest, resyncs);
    }
    return running.length === 0 ? undefined : { afterMs: firstPauseMs * 2 ** fewest, ids: running };
  }
}
