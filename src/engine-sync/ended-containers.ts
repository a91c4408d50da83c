import type { EngineEvent } from '../engines/engine-client.ts';

/** Questions after the first one about a container that is said to have ended, each after twice the time. */
const mostQuestions = 6;
const firstPauseMs = 150;
/** Of one engine. What is beyond is found by the next resync. */
const mostContainers = 1_000;

/** Containers to ask about again, and when. */
export interface NextQuestion {
  readonly afterMs: number;
  readonly ids: readonly string[];
}

/**
 * Containers that ended by an event and not yet by the engine's list: dockerd tells of an end before it has cleared up
 * behind the container, lists it as running until then, and tells nothing afterwards.
 */
export class EndedContainers {
  /** How often the engine was asked since the end. */
  readonly #questions = new Map<string, number>();

  tell({ action, id }: EngineEvent): void {
    if (action === 'die' && this.#questions.size < mostContainers) this.#questions.set(id, 0);
    if (action === 'start' || action === 'destroy') this.#questions.delete(id);
  }

  /**
   * After a question about those, or about all: when another one is due, because a container that ended is known as one that
   * runs; or never.
   */
  nextQuestion(isKnownAsRunning: (containerId: string) => boolean, ids?: readonly string[]): NextQuestion | undefined {
    let fewest = mostQuestions;
    const running: string[] = [];
    for (const id of ids ?? [...this.#questions.keys()]) {
      const questions = this.#questions.get(id);
      if (questions === undefined) continue;
      if (questions >= mostQuestions || !isKnownAsRunning(id)) {
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
