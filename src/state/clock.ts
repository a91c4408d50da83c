import type { Logger } from '../logging/logger.ts';
import { pause } from '../runtime/pause.ts';
import type { Store } from '../store/store.ts';

/** Two clocks, because the wall clocks of servers differ and get adjusted: one for stored times, one for durations. */
export interface Clock {
  /** Milliseconds since 1970 by the store's clock: equal on all servers, whatever their wall clocks. */
  now(): number;
  /** Milliseconds of this process's monotonic clock. Not comparable with values from other processes. */
  steadyMs(): number;
  /** How many milliseconds this server's wall clock is ahead of the store's; negative if it is behind. */
  aheadMs(): number;
}

const measureEveryMs = 3_000;
/** A slower answer is too imprecise. */
const maxRoundTripMs = 1_000;

/** RFC 3339. */
export function timestamp(clock: Pick<Clock, 'now'>): string {
  return new Date(clock.now()).toISOString();
}

/** Monotonic. Offset by the start time of the process, so that 0 is before everything. */
export function steadyMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Used without a store. */
export const wallClock: Clock = { now: Date.now, steadyMs, aheadMs: () => 0 };

/** Follows the store's clock: reads it periodically, and extrapolates with the monotonic clock. */
export class StoreClock implements Clock {
  readonly steadyMs = steadyMs;
  readonly #store: Pick<Store, 'time'>;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  /** From the monotonic clock to the store's. Before the first measurement, this server's wall clock is used. */
  #offsetMs = Date.now() - steadyMs();
  #isMeasured = false;
  #loop: Promise<void> | undefined;

  constructor(store: Pick<Store, 'time'>, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Resolves after the first measurement. */
  async start(): Promise<void> {
    await this.measure();
    this.#loop = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  now(): number {
    return Math.round(steadyMs() + this.#offsetMs);
  }

  aheadMs(): number {
    return this.#isMeasured ? Date.now() - this.now() : 0;
  }

  /** Throws `store_unavailable`. */
  async measure(): Promise<void> {
    const asked = steadyMs();
    const time = await this.#store.time();
    const answered = steadyMs();
    if (this.#isMeasured && answered - asked > maxRoundTripMs) return;
    this.#offsetMs = time - (asked + answered) / 2;
    this.#isMeasured = true;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await pause(measureEveryMs, signal);
      if (signal.aborted) return;
      await this.measure().catch((error: unknown) => this.#logger.debug({ err: error }, 'store clock not read'));
    }
  }
}
