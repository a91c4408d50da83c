import { SatsumaError } from '../../model/errors.ts';
import { pause } from '../pause.ts';

const shortestWaitMs = 50;
const longestWaitMs = 1_000;

/** How long a request waits for what another attempt at it began: a lease that ends, and a look, fit in. */
const patienceMs = 60_000;

/** Waits for others, longer each time, and not for ever. */
export class Patience {
  readonly #end: AbortSignal;
  #waitMs = shortestWaitMs;

  constructor(limitMs: number = patienceMs) {
    this.#end = AbortSignal.timeout(limitMs);
  }

  /** Throws `idempotency_running` when it has an end. */
  async wait(): Promise<void> {
    if (this.#end.aborted) {
      throw new SatsumaError(
        'idempotency_running',
        'the first request with this Idempotency-Key has no outcome yet: try again in a moment, with the same key',
      );
    }
    await pause(this.#waitMs, this.#end);
    this.#waitMs = Math.min(2 * this.#waitMs, longestWaitMs);
  }
}
