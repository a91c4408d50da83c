import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type Attempt, beginAttempt } from './attempt.ts';
import { type BoundedWait, boundedWait } from './bounded-wait.ts';
import { isOver, type KeyedRequest, recordIdOf, requestHashOf } from './keyed-request.ts';

/**
 * Runs a request once, however often and to however many servers it is sent under its key within a day; everybody gets
 * the first answer. `run` gives an answer that stands, refusals included, and throws where it is worth trying again.
 *
 * - The first to write the request's record runs it; others wait for the answer, and take over when the lease ends.
 * - An answer is kept for a day. The same key for another request is `idempotency_conflict`.
 * - `run` threw, its server died, or it was too slow to keep its lease: the next attempt is a retry (`isRetry`). It must
 *   answer with what the earlier one left where that is whole, and otherwise do everything anew; see resume-run.ts.
 * - Whoever was superseded finds that it cannot keep its answer, and gives the one that was kept.
 * - The store went away before the answer could be kept: it is given all the same. A retry finds what it speaks of; a
 *   refusal, which left nothing, may be another one then.
 * - Nothing is known in time: `idempotency_running`, and nothing was run by this call.
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
    // What was kept under this hash is what an earlier call of this very request gave.
    if (earlier?.state === 'done') return earlier.answer as Answer;
    const attempt = await beginAttempt(cluster, { recordId, requestHash, found, earlier, wait });
    const outcome = attempt && (await perform(cluster, attempt, run));
    if (outcome) return outcome.answer;
    await wait();
  }
}

/** Undefined: another attempt took over meanwhile, and its answer counts. */
async function perform<Answer>(
  { logger }: Cluster,
  attempt: Attempt,
  run: (attempt: Attempt) => Promise<Answer>,
): Promise<{ readonly answer: Answer } | undefined> {
  const { operationId, isRetry } = attempt;
  if (isRetry) logger.info({ operationId }, 'request taken up again');
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
