import { SatsumaError } from '../../model/errors.ts';
import { pause } from '../../runtime/pause.ts';

const shortestWaitMs = 50;
const longestWaitMs = 1_000;

/** How long a request waits for what another attempt at it began: a lease that ends, and a look, fit in. */
const timeoutMs = 60_000;

/**
 * Waits a while for others each time it is called, longer and longer. Throws `idempotency_running` once all of it took
 * too long.
 */
export type BoundedWait = () => Promise<void>;

export function boundedWait(limitMs: number = timeoutMs): BoundedWait {
  const end = AbortSignal.timeout(limitMs);
  let waitMs = shortestWaitMs;
  return async () => {
    if (end.aborted) {
      throw new SatsumaError(
        'idempotency_running',
        'the first request with this Idempotency-Key has no outcome yet: try again in a moment, with the same key',
      );
    }
    await pause(waitMs, end);
    waitMs = Math.min(2 * waitMs, longestWaitMs);
  };
}
