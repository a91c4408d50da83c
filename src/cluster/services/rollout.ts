import type { Rollout, ServiceRecord } from '../../model/service.ts';

/** What happened since the rollout was last looked at. */
export interface Progress {
  /** Every slot has its settled replica. */
  readonly isWhole: boolean;
  /** Why new replicas failed, one reason for each. */
  readonly failures: readonly string[];
  /** RFC 3339. */
  readonly now: string;
}

/** Begins with the service, and anew with each other template. */
export function currentRollout(record: ServiceRecord, last: Rollout | undefined, now: string): Rollout {
  const { template, generation, resumes, cause } = record;
  if (last?.template === template && last.generation <= generation) return goOn(record, last);
  const isRollback = cause === 'rollback' || cause === 'automatic rollback';
  const stable = last && isDone(last) ? { generation: last.generation, template: last.template } : last?.stable;
  return {
    ...{ template, generation, resumes, failures: 0, startedAt: now },
    state: isRollback ? 'rolling back' : 'updating',
    ...(stable && { stable }),
    ...(cause === 'automatic rollback' && last?.message !== undefined && { message: last.message }),
  };
}

/** Somebody asked to go on: what failed until then is forgiven. */
function goOn({ resumes }: ServiceRecord, last: Rollout): Rollout {
  if (resumes <= last.resumes || last.state !== 'paused') return last;
  const { message: _, ...rest } = last;
  return { ...rest, state: 'updating', failures: 0, resumes };
}

/** Where it stands after what happened. */
export function advance(rollout: Rollout, { spec }: ServiceRecord, progress: Progress): Rollout {
  if (isDone(rollout) || rollout.state === 'paused') return rollout;
  if (progress.isWhole) {
    return {
      ...rollout,
      state: rollout.state === 'rolling back' ? 'rolled back' : 'completed',
      finishedAt: progress.now,
      stable: { generation: rollout.generation, template: rollout.template },
    };
  }
  const [reason] = progress.failures;
  if (reason === undefined) return rollout;
  const failures = rollout.failures + progress.failures.length;
  // Where nothing ever worked there is nothing to save: it is tried again and again, more and more slowly.
  if (!rollout.stable || failures <= spec.update.max_failure) return { ...rollout, failures };
  const count = failures === 1 ? 'a new replica' : `${failures} new replicas`;
  return {
    ...rollout,
    failures,
    state: 'paused',
    message: `${count} of generation ${rollout.generation} failed: ${reason}`,
  };
}

/** Whether the service is to go back by itself to what worked. A rollback that fails too waits for a person. */
export function mustRollBack(rollout: Rollout, { spec, cause }: ServiceRecord): boolean {
  return (
    rollout.state === 'paused' &&
    spec.update.on_failure === 'rollback' &&
    cause !== 'automatic rollback' &&
    cause !== 'rollback'
  );
}

export function isDone({ state }: Rollout): boolean {
  return state === 'completed' || state === 'rolled back';
}
