import { SatsumaError } from '../../model/errors.ts';
import { pause } from '../../runtime/pause.ts';

const minWaitMs = 50;
const maxWaitMs = 1_000;

/** How long a request waits for another attempt: enough for a lease to expire and a resync. */
const timeoutMs = 60_000;

/** Waits with increasing delays at each call. Throws `idempotency_running` once the total exceeds the timeout. */
export type BoundedWait = () => Promise<void>;

export function boundedWait(limitMs: number = timeoutMs): BoundedWait {
  const end = AbortSignal.timeout(limitMs);
  let waitMs = minWaitMs;
  return async () => {
    if (end.aborted) {
      throw new SatsumaError(
        'idempotency_running',
        'the first request with this Idempotency-Key has no outcome yet: try again in a moment, with the same key',
      );
    }
    await pause(waitMs, end);
    waitMs = Math.min(2 * waitMs, maxWaitMs);
  };
}
