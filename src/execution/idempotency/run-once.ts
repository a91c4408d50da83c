import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type Attempt, beginAttempt } from './attempt.ts';
import { type BoundedWait, boundedWait } from './bounded-wait.ts';
import { isOver, type KeyedRequest, recordIdOf, requestHashOf } from './keyed-request.ts';

/**
 * Runs a request once, however often and to however many servers it is sent with its key within a day; all get the
 * first answer. `run` returns a final answer, which may be a refusal, and throws if the request should be retried.
 *
 * - The first attempt to write the record runs; others wait for its answer, and take over when the lease expires.
 * - An answer is kept for a day. The same key with another request is `idempotency_conflict`.
 * - If `run` threw, its server died, or its lease expired, the next attempt is a retry (`isRetry`). It must answer with
 *   the complete result of the earlier attempt, or start over; see resume-run.ts.
 * - A superseded attempt cannot store its answer, and returns the stored one.
 * - If the store became unavailable before the answer was stored, it is returned nevertheless. A retry finds what it
 *   refers to; a refusal, which changed nothing, may differ then.
 * - If the outcome is not known in time: `idempotency_running`, and this call ran nothing.
 */
export async function runOnce<Answer>(
  cluster: Cluster,
  request: KeyedRequest,
  run: (attempt: Attempt) => Promise<Answer>,
  wait: BoundedWait = boundedWait(),
): Promise<Answer> {
  const recordId = recordIdOf(request);
  const requestHash = requestHashOf(request);
  for (;;) {
    const found = await cluster.store.read('idempotency', recordId);
    const earlier = found && !isOver(found.value, cluster.clock) ? found.value : undefined;
    if (earlier && earlier.requestHash !== requestHash) throw conflict();
    // A stored answer with this hash was returned by an earlier call with the same request.
    if (earlier?.state === 'done') return earlier.answer as Answer;
    const attempt = await beginAttempt(cluster, { recordId, requestHash, found, earlier, wait });
    const outcome = attempt && (await perform(cluster, attempt, run));
    if (outcome) return outcome.answer;
    await wait();
  }
}

/** Undefined: another attempt took over, and its answer counts. */
async function perform<Answer>(
  { logger }: Cluster,
  attempt: Attempt,
  run: (attempt: Attempt) => Promise<Answer>,
): Promise<{ readonly answer: Answer } | undefined> {
  const { operationId, isRetry } = attempt;
  if (isRetry) logger.info({ operationId }, 'request resumed');
  try {
    const answer = await run(attempt);
    const isKept = await attempt.keep(answer).catch((error: unknown) => {
      logger.warn({ err: error, operationId }, 'answer not kept');
      return true;
    });
    return isKept ? { answer } : undefined;
  } finally {
    await attempt.end();
  }
}

function conflict(): SatsumaError {
  return new SatsumaError(
    'idempotency_conflict',
    'this Idempotency-Key was used for another request within a day: choose a new one',
  );
}
