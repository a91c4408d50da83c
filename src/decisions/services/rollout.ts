import type { Rollout, ServiceRecord } from '../../model/service.ts';

/** What happened since the last pass. */
export interface Progress {
  /** Every slot has its settled replica. */
  readonly isWhole: boolean;
  /** Why new replicas failed, one reason each. */
  readonly failures: readonly string[];
  /** RFC 3339. */
  readonly now: string;
}

/** A rollout begins with the service, and again with each new template. */
export function currentRollout(record: ServiceRecord, last: Rollout | undefined, now: string): Rollout {
  const { template, generation, resumes, cause } = record;
  if (last?.template === template && last.generation <= generation) return resumeRollout(record, last);
  const isRollback = cause === 'rollback' || cause === 'automatic rollback';
  return {
    ...{ template, generation, resumes, isRollback, failures: 0, startedAt: now },
    state: isRollback ? 'rolling back' : 'updating',
    ...(last?.stable && { stable: last.stable }),
    ...(cause === 'automatic rollback' && last?.message !== undefined && { message: last.message }),
  };
}

/** After a resume, earlier failures are forgiven; later ones count. */
function resumeRollout({ resumes, generation, template }: ServiceRecord, last: Rollout): Rollout {
  // The stable generation is updated to the latest with its template: its update policy and health check may be newer.
  const kept = last.stable?.template === template ? { ...last, stable: { generation, template } } : last;
  if (resumes <= last.resumes) return kept;
  const forgiven = { ...kept, failures: 0, resumes };
  if (last.state !== 'paused') return forgiven;
  const { message: _, ...rest } = forgiven;
  return { ...rest, state: last.isRollback ? 'rolling back' : 'updating' };
}

/** The state of the rollout after this progress. */
export function advance(rollout: Rollout, { spec }: ServiceRecord, progress: Progress): Rollout {
  if (isDone(rollout) || rollout.state === 'paused') return rollout;
  if (progress.isWhole) {
    return {
      ...rollout,
      state: rollout.isRollback ? 'rolled back' : 'completed',
      finishedAt: progress.now,
      stable: { generation: rollout.generation, template: rollout.template },
    };
  }
  const [reason] = progress.failures;
  if (reason === undefined) return rollout;
  const failures = rollout.failures + progress.failures.length;
  // Without a stable template there is nothing to protect: starts are retried with backoff.
  if (!rollout.stable || failures <= spec.update.max_failure) return { ...rollout, failures };
  const count = failures === 1 ? 'a new replica' : `${failures} new replicas`;
  return {
    ...rollout,
    failures,
    state: 'paused',
    message: `${count} of generation ${rollout.generation} failed: ${reason}`,
  };
}

/** Whether the service must roll back automatically. A failed rollback waits for an operator. */
export function mustRollBack(rollout: Rollout, { spec }: ServiceRecord): boolean {
  return rollout.state === 'paused' && spec.update.on_failure === 'rollback' && !rollout.isRollback;
}

export function isDone({ state }: Rollout): boolean {
  return state === 'completed' || state === 'rolled back';
}
