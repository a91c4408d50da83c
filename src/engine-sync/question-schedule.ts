import { PendingChanges, type PendingQuestion } from './pending-changes.ts';

/** Between two questions that events give a reason to: an engine that tells without end is not asked without end. */
const betweenQuestionsMs = 500;
/** A full resync costs by the container. */
const perContainerMs = 0.5;

export interface QuestionScheduleOptions {
  /** Asks what is pending by then. */
  readonly ask: () => void;
  /** Returns early when the engine is followed no more. */
  readonly pause: (ms: number) => Promise<void>;
  readonly containerCount: () => number;
}

/** When an engine is asked about what its events told of: events come in bursts, and one question answers them all. */
export class QuestionSchedule {
  readonly #options: QuestionScheduleOptions;
  readonly #pending = new PendingChanges();
  /** When events last gave a reason to ask. */
  #lastAskedAt = Number.NEGATIVE_INFINITY;
  /** When the next question is due, by this process's clock. */
  #askAt = Number.POSITIVE_INFINITY;

  constructor(options: QuestionScheduleOptions) {
    this.#options = options;
  }

  /** What is pending, which is pending no more. */
  take(): PendingQuestion {
    return this.#pending.take();
  }

  /** Everything is being asked. */
  clear(): void {
    this.#pending.clear();
  }

  images(afterMs: number): void {
    this.#pending.addImages();
    this.#askSoon(afterMs);
  }

  everything(afterMs: number): void {
    this.#pending.addAll();
    this.#askSoon(afterMs);
  }

  containers(afterMs: number, ids: readonly string[]): void {
    this.#pending.addContainers(...ids);
    this.#askSoon(afterMs);
  }

  /** Asks after that time about whatever is pending by then. */
  #askSoon(afterMs: number): void {
    const { ask, pause, containerCount } = this.#options;
    const now = performance.now();
    const wholeMs = this.#pending.isWhole ? containerCount() * perContainerMs : 0;
    const pauseMs = Math.max(betweenQuestionsMs, wholeMs);
    const at = Math.max(now + afterMs, this.#lastAskedAt + pauseMs);
    if (at >= this.#askAt) return;
    this.#askAt = at;
    void pause(at - now).then(() => {
      // A question that was due sooner took its place.
      if (this.#askAt !== at) return;
      this.#askAt = Number.POSITIVE_INFINITY;
      if (this.#pending.isEmpty) return;
      this.#lastAskedAt = performance.now();
      ask();
    });
  }
}
