import type { RunOutcome, RunState } from '../../api/job.ts';
import type { JobRun, TaskAttempt } from '../../model/job.ts';

/** `running` until no container of the run is left, even if the outcome is already known. */
export function stateOf(run: JobRun): RunState {
  return (run.endedAt === undefined ? undefined : outcomeOf(run)) ?? 'running';
}

/** The outcome of a run by the results of its tasks. Undefined: still open. */
export function outcomeOf(run: Pick<JobRun, 'attempts' | 'spec' | 'cancel'>): RunOutcome | undefined {
  const { spec, attempts, cancel } = run;
  if (succeededSlots(attempts).size >= spec.completions) return 'succeeded';
  if (cancel) return 'cancelled';
  return Math.max(0, ...failuresBySlot(attempts).values()) > spec.retries ? 'failed' : undefined;
}

export function succeededSlots(attempts: readonly TaskAttempt[]): Set<number> {
  return new Set(attempts.filter(({ end }) => end?.state === 'succeeded').map(({ slot }) => slot));
}

export function failuresBySlot(attempts: readonly TaskAttempt[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { slot, end } of attempts) {
    if (end?.state === 'failed') counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return counts;
}

/** Why the run did not succeed, as a sentence. */
export function reasonOf(run: JobRun): string | undefined {
  const outcome = outcomeOf(run);
  if (outcome === 'cancelled') return run.cancel?.reason;
  if (outcome !== 'failed') return undefined;
  const failures = failuresBySlot(run.attempts);
  const last = run.attempts.findLast(({ slot, end }) => {
    return end?.state === 'failed' && (failures.get(slot) ?? 0) > run.spec.retries;
  });
  return last && `task ${last.slot}: ${last.end?.reason}`;
}
