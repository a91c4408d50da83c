import type { Logger } from '../logging/logger.ts';
import { pause } from '../runtime/pause.ts';
import type { Store } from '../store/store.ts';

/** Two clocks, because wall clocks of servers differ and are set: one for what is on record, one for durations. */
export interface Clock {
  /** Milliseconds since 1970 by the store's clock: the same on every server, whatever its own wall clock says. */
  now(): number;
  /** Milliseconds of this process's own clock, which nobody sets. Compare it with nothing that another process wrote. */
  steadyMs(): number;
  /** By how many milliseconds this server's wall clock is ahead of the store's clock; negative where it is behind. */
  aheadMs(): number;
}

const measureEveryMs = 3_000;
/** An answer that took longer says too little about the time. */
const longestRoundTripMs = 1_000;

/** RFC 3339. */
export function timestamp(clock: Pick<Clock, 'now'>): string {
  return new Date(clock.now()).toISOString();
}

/** Monotonic. Begins at the time of day at which the process started, so that 0 is before everything. */
export function steadyMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Where there is no store to ask. */
export const wallClock: Clock = { now: Date.now, steadyMs, aheadMs: () => 0 };

/** Follows the store's clock: asks it now and then, and counts on by the monotonic clock in between. */
export class StoreClock implements Clock {
  readonly steadyMs = steadyMs;
  readonly #store: Pick<Store, 'time'>;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  /** From the monotonic clock to the store's. Until the store was asked, this server's own wall clock is all there is. */
  #offsetMs = Date.now() - steadyMs();
  #isMeasured = false;
  #loop: Promise<void> | undefined;

  constructor(store: Pick<Store, 'time'>, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** Resolves when the store's clock was read once. */
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
    if (this.#isMeasured && answered - asked > longestRoundTripMs) return;
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
