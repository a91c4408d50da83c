import type { EngineEvent } from '../engines/engine-client.ts';

/** Retries after the first query about an ended container, with doubling delays. */
const maxQuestions = 6;
const firstPauseMs = 150;
/** Per engine. Others are found by the next resync. */
const maxContainers = 1_000;

/** Containers to query again, and when. */
interface NextQuery {
  readonly afterMs: number;
  readonly ids: readonly string[];
}

/**
 * Containers with a `die` event that the engine still lists as running: dockerd sends the event before it has cleaned
 * up the container, and sends no event afterwards.
 */
export class EndedContainers {
  /** The number of queries since the end. */
  readonly #questions = new Map<string, number>();

  note({ action, id }: EngineEvent): void {
    if (action === 'die' && this.#questions.size < maxContainers) this.#questions.set(id, 0);
    if (action === 'start' || action === 'destroy') this.#questions.delete(id);
  }

  /**
   * Call it after a query about these containers, or about all. Returns the next query, if an ended container is still
   * known as running; undefined otherwise.
   */
  nextQuery(isKnownAsRunning: (containerId: string) => boolean, ids?: readonly string[]): NextQuery | undefined {
    let fewest = maxQuestions;
    const running: string[] = [];
    for (const id of ids ?? [...this.#questions.keys()]) {
      const questions = this.#questions.get(id);
      if (questions === undefined) continue;
      if (questions >= maxQuestions || !isKnownAsRunning(id)) {
        this.#questions.delete(id);
        continue;
      }
      this.#questions.set(id, questions + 1);
      running.push(id);
      fewest = Math.min(fewest, questions);
    }
    return running.length === 0 ? undefined : { afterMs: firstPauseMs * 2 ** fewest, ids: running };
  }
}
