import { PendingChanges, type PendingQuery } from './pending-changes.ts';

/** The minimum interval between queries that events cause, whatever their rate. */
const betweenQuestionsMs = 500;
/** The cost of a full resync, per container. */
const perContainerMs = 0.5;

interface QueryScheduleOptions {
  /** Queries everything pending. */
  readonly ask: () => void;
  /** Returns early when the engine is no longer followed. */
  readonly pause: (ms: number) => Promise<void>;
  readonly containerCount: () => number;
}

/** Schedules queries for an engine's events: events come in bursts, and one query covers a burst. */
export class QuerySchedule {
  readonly #options: QueryScheduleOptions;
  readonly #pending = new PendingChanges();
  /** When events last triggered a query. */
  #lastAskedAt = Number.NEGATIVE_INFINITY;
  /** When the next query is due, by this process's clock. */
  #askAt = Number.POSITIVE_INFINITY;

  constructor(options: QueryScheduleOptions) {
    this.#options = options;
  }

  /** Returns and clears the pending changes. */
  take(): PendingQuery {
    return this.#pending.take();
  }

  /** A query for everything has started. */
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

  /** Schedules a query after this delay, for everything pending by then. */
  #askSoon(afterMs: number): void {
    const { ask, pause, containerCount } = this.#options;
    const now = performance.now();
    const wholeMs = this.#pending.isWhole ? containerCount() * perContainerMs : 0;
    const pauseMs = Math.max(betweenQuestionsMs, wholeMs);
    const at = Math.max(now + afterMs, this.#lastAskedAt + pauseMs);
    if (at >= this.#askAt) return;
    this.#askAt = at;
    void pause(at - now).then(() => {
      // An earlier query replaced this one.
      if (this.#askAt !== at) return;
      this.#askAt = Number.POSITIVE_INFINITY;
      if (this.#pending.isEmpty) return;
      this.#lastAskedAt = performance.now();
      ask();
    });
  }
}
