import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A period of time, in ms of `performance.now()`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Observes garbage collections, so that their cost is reported separately. */
export class Collections {
  #seen: Stretch[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      this.#seen.push({ start: startTime, end: startTime + duration });
    }
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** The number of periods that overlapped with a collection since the last call. */
  async hits(stretches: readonly Stretch[]): Promise<number> {
    // The observer is notified in a later turn of the event loop.
    await sleep(5);
    const seen = this.#seen;
    this.#seen = [];
    return countHits(stretches, seen);
  }

  stop(): void {
    this.#observer.disconnect();
  }
}

/** The number of periods that overlap with one of the others. */
export function countHits(stretches: readonly Stretch[], others: readonly Stretch[]): number {
  return stretches.filter(({ start, end }) => others.some((other) => other.start < end && other.end > start)).length;
}
