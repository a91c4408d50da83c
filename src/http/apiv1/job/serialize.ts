import type { Job, Run, Task, WholeRun } from '../../../api/job.ts';
import type { ShownJob, ShownRun } from '../../../commands/jobs/show-job.ts';
import { outcomeOf, reasonOf, stateOf, succeededSlots } from '../../../decisions/jobs/run-state.ts';
import type { JobRun, TaskAttempt } from '../../../model/job.ts';

/** The spec as top-level fields, and the current state under `status`. */
export function serializeJob({ name, record, runs, next }: ShownJob): Job {
  const { spec, createdAt, updatedAt, missed, isRemoved } = record;
  const running = runs.filter(({ endedAt }) => !endedAt);
  const last = runs.at(-1);
  return {
    name,
    ...spec,
    created_at: createdAt,
    updated_at: updatedAt,
    status: {
      state: isRemoved ? 'removing' : running.length > 0 ? 'running' : 'idle',
      running: running.map(({ number }) => number),
      last_run: last ? serializeRun(last) : null,
      next_run: next?.toISOString() ?? null,
      missed: missed ?? null,
    },
  };
}

export function serializeRun(run: JobRun): Run {
  const { job, number, cause, scheduledFor, createdAt, endedAt, spec, attempts } = run;
  const reason = reasonOf(run);
  return {
    job,
    run: number,
    state: stateOf(run),
    // The outcome is decided, but containers are still running.
    ...(endedAt === undefined && outcomeOf(run) !== undefined ? { ending: outcomeOf(run) } : {}),
    ...(reason === undefined ? {} : { reason }),
    cause,
    scheduled_for: scheduledFor ?? null,
    created_at: createdAt,
    ended_at: endedAt ?? null,
    completions: spec.completions,
    succeeded: succeededSlots(attempts).size,
    failures: attempts.filter(({ end }) => end?.state === 'failed').length,
  };
}

/** Includes every attempt at every task, and why others have not started yet. */
export function serializeWholeRun({ run, logs }: ShownRun): WholeRun {
  const tasks = run.attempts.map((attempt, index) => serializeTask(attempt, logs[index] ?? ''));
  const waiting = Object.entries(run.waiting).map(([slot, { since, code, message, details }]) => {
    return { slot: Number(slot), since, code, message, ...(details === undefined ? {} : { details }) };
  });
  return { ...serializeRun(run), tasks, waiting };
}

function serializeTask({ slot, attempt, engineId, containerId, startedAt, end }: TaskAttempt, log: string): Task {
  return {
    slot,
    attempt,
    state: end?.state ?? 'running',
    ...(end?.reason === undefined ? {} : { reason: end.reason }),
    engine: engineId ?? null,
    container: containerId ?? null,
    started_at: startedAt,
    ended_at: end?.at ?? null,
    exit_code: end?.exitCode ?? null,
    log,
  };
}
