import { forgetRun } from '../../decisions/jobs/forget-run.ts';
import { restoreWindowLeftMs } from '../../decisions/restore-window.ts';
import { tombstoneChanges } from '../../decisions/tombstones.ts';
import { type JobOrigin, type Origin, templateOf } from '../../labels/origin.ts';
import { type JobRecord, type JobRun, runId, type Task, type TaskAttempt } from '../../model/job.ts';
import type { NewReservation } from '../../model/reservation.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange } from '../../store/store.ts';

/** A container of a run that the store lacks, or knows incompletely. */
export interface TaskEvidence {
  readonly task: Task;
  readonly origin: Origin & { readonly job: JobOrigin };
  readonly image: NewReservation['image'];
}

/**
 * Whether the container adds information to the store. For a known job, only for a while: old runs are deleted, and
 * finished runs are immutable.
 */
export function isChangeOfRun(
  { cache, clock }: Pick<Cluster, 'cache' | 'clock'>,
  task: Task,
  origin: () => JobOrigin | undefined,
): boolean {
  const job = cache.jobs.get(task.job)?.value;
  if (!job) return true;
  if (job.id !== task.jobId) return job.restoredAt !== undefined;
  if (job.isRemoved || restoreWindowLeftMs(clock, job.restoredAt) === 0) return false;
  const run = cache.jobRuns.get(runId(task.job, task.run))?.value;
  if (!run) return true;
  if (run.endedAt !== undefined || run.restoredAt === undefined) return false;
  const known = origin();
  return known !== undefined && earlierAttempts(run.attempts, [{ task, origin: { job: known } }]).length > 0;
}

/**
 * Recreates a run, and its job if that is missing, from the labels of its tasks on one engine. A task without a known
 * success runs again. No task starts for a while, because tasks may be on other engines.
 */
export async function restoreRun(cluster: Cluster, evidence: readonly TaskEvidence[]): Promise<void> {
  const [first] = evidence;
  if (!first) return;
  const { store, cache, clock, logger } = cluster;
  const { job: name, jobId, run: number } = first.task;
  const known = await store.read('job', name);
  const isSame = known?.value.id === jobId;
  if (!isSame && (await store.read('tombstone', jobId))) return;
  const now = timestamp(clock);
  const other = known && !isSame ? known.value : undefined;
  if (other && !isSucceeded(cluster, other, first.origin)) {
    if (other.restoredAt === undefined) return;
    await store.write(await tombstoneChanges(store, { id: jobId, isNeeded: true, now }));
    return;
  }
  const record = isSame ? { ...known.value, runs: Math.max(known.value.runs, number) } : jobOf(first, now);
  const id = runId(name, number);
  const found = await store.read('job-run', id);
  const run = found?.value.jobId === jobId ? found.value : runOf(first, now);
  const earlier = earlierAttempts(run.attempts, evidence);
  const attempts = [...run.attempts, ...earlier].sort((a, b) => a.slot - b.slot || a.attempt - b.attempt);
  const before = other ? await succeeded(cluster, name, other) : [];
  const written = await store.write([
    ...before.filter((each) => each.id !== id),
    { kind: 'job', id: name, value: record, ifVersion: known?.version ?? 0 },
    { kind: 'job-run', id, value: { ...run, attempts }, ifVersion: found?.version ?? 0 },
  ]);
  if (!written.ok) return;
  logger.info({ job: name, run: number }, 'run restored from container labels');
  await cache.catchUp();
}

/** As for services, see judgeService: a restored job had been removed before a job that was created later. */
function isSucceeded(
  { clock }: Pick<Cluster, 'clock'>,
  { createdAt, restoredAt, isRemoved }: JobRecord,
  later: Origin,
): boolean {
  if (isRemoved || restoreWindowLeftMs(clock, restoredAt) === 0) return false;
  return Date.parse(later.createdAt) > Date.parse(createdAt);
}

/** All documents of the job besides its record. */
async function succeeded({ store, cache, clock }: Cluster, name: string, { id }: JobRecord): Promise<DocumentChange[]> {
  const runs = cache.jobRuns
    .all()
    .map(({ value }) => value)
    .filter(({ job, jobId }) => job === name && jobId === id);
  const tombstone = await tombstoneChanges(store, { id, isNeeded: true, now: timestamp(clock) });
  return [...runs.flatMap((run) => [...forgetRun(run)].flat()), ...tombstone];
}

function jobOf({ task, image, origin }: TaskEvidence, now: string): JobRecord {
  const { job, createdAt } = origin;
  return {
    id: task.jobId,
    spec: { ...job.run.spec, image: templateOf(image, origin), ...job.spec },
    ...{ createdAt, updatedAt: now, restoredAt: now, runs: task.run, isRemoved: false },
    // Scheduled times in between may have had their run.
    handledTo: now,
  };
}

function runOf({ task, image, origin }: TaskEvidence, now: string): JobRun {
  const { cause, scheduledFor, createdAt, spec } = origin.job.run;
  return {
    ...{ job: task.job, jobId: task.jobId, number: task.run, cause, createdAt, restoredAt: now },
    spec: { ...spec, image: templateOf(image, origin) },
    ...{ attempts: [], waiting: {} },
    ...(scheduledFor !== undefined && { scheduledFor }),
  };
}

/** Earlier attempts that the run lacks: successful ones, and those that must have failed. */
function earlierAttempts(
  known: readonly TaskAttempt[],
  evidence: readonly { readonly task: Task; readonly origin: { readonly job: JobOrigin } }[],
): TaskAttempt[] {
  const missing = new Map<string, TaskAttempt>();
  const add = (slot: number, attempt: number, state: 'succeeded' | 'failed', at: string) => {
    const end = { at, state, reason: 'known from the labels of a later container', hasLog: false };
    missing.set(`${slot}/${attempt}`, { slot, attempt, startedAt: at, end });
  };
  const knownOf = (slot: number) => known.filter((each) => each.slot === slot);
  for (const { task, origin } of evidence) {
    // The actual time is lost.
    const { createdAt } = origin.job.run;
    const tries = new Set(knownOf(task.slot).map(({ attempt }) => attempt));
    for (let attempt = 1; attempt < task.attempt; attempt++) {
      if (!tries.has(attempt)) add(task.slot, attempt, 'failed', createdAt);
    }
    for (const slot of origin.job.done) {
      const before = knownOf(slot);
      if (before.some(({ end }) => end?.state === 'succeeded')) continue;
      add(slot, Math.max(0, ...before.map(({ attempt }) => attempt)) + 1, 'succeeded', createdAt);
    }
  }
  return [...missing.values()];
}
