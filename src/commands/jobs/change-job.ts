import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { changesToBegin, runsOf } from '../../decisions/jobs/begin-run.ts';
import { findJob, findRun } from '../../decisions/jobs/find-job.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { JobRecord, JobRun, JobSpec } from '../../model/job.ts';
import type { Approval } from '../../model/policy.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** Maximum number of lost races before the change fails. */
const maximumRounds = 10;

/** Throws `invalid`: Docker would remove a task before its exit code is read. */
function refuseAutoRemove({ image }: JobSpec): void {
  if (image.auto_remove)
    throw new SatsumaError('invalid', '"image.auto_remove" is not for jobs: tasks are removed anyway');
}

/**
 * Without a schedule, the first run starts at once. A repeated request returns the job that it created. Throws
 * `invalid`, `job_exists`.
 */
export async function createJob(cluster: Cluster, name: string, spec: JobSpec, operationId?: string): Promise<void> {
  refuseAutoRemove(spec);
  const now = timestamp(cluster.clock);
  const record: JobRecord = {
    ...{ id: randomBytes(8).toString('hex'), spec, createdAt: now, updatedAt: now, runs: 0, handledTo: now },
    ...{ isRemoved: false, ...(operationId === undefined ? {} : { operationId }) },
  };
  const job = { id: name, value: record, version: 0 };
  const changes: readonly DocumentChange[] = spec.schedule
    ? [{ kind: 'job', id: name, value: record, ifVersion: 0 }]
    : changesToBegin(job, [], { cause: 'create', now });
  const written = await cluster.store.write(changes);
  await cluster.cache.catchUp();
  if (written.ok) return;
  const found = await cluster.store.read('job', name);
  if (operationId !== undefined && found?.value.operationId === operationId) return;
  const state = found?.value.isRemoved ? 'is being removed' : 'is there already: an update (PUT) changes it';
  throw new SatsumaError('job_exists', `job ${name} ${state}`);
}

/** Absent fields stay unchanged; null removes one. */
interface JobChanges extends Partial<Omit<JobSpec, 'schedule' | 'timeout'>> {
  readonly schedule?: string | null;
  readonly timeout?: number | null;
}

/**
 * Writes nothing if the job is unchanged. Active runs are not affected. Throws `no_such_job`, `job_removed`, and
 * `job_changed` after too many races.
 */
export async function updateJob(
  cluster: Cluster,
  name: string,
  changes: JobChanges,
  { approve, policy }: Approval = {},
): Promise<void> {
  await change(cluster, name, ({ id, value, version }) => {
    const { schedule: oldSchedule, timeout: oldTimeout, ...old } = value.spec;
    const { schedule = oldSchedule, timeout = oldTimeout, image = old.image, ...rest } = changes;
    const spec: JobSpec = {
      ...{ ...old, ...rest, image: policy === undefined ? image : { ...image, policy } },
      ...(typeof schedule === 'string' && { schedule }),
      ...(typeof timeout === 'number' && { timeout }),
    };
    refuseAutoRemove(spec);
    approve?.(spec.image);
    if (isDeepStrictEqual(spec, value.spec)) return [];
    const now = timestamp(cluster.clock);
    // A new schedule starts now: its earlier times do not count as missed.
    const isOther = spec.schedule !== oldSchedule || spec.time_zone !== old.time_zone;
    const after: JobRecord = { ...value, spec, updatedAt: now, ...(isOther ? { handledTo: now } : {}) };
    return [{ kind: 'job', id, value: after, ifVersion: version }];
  });
}

/** Cancels the runs of the job; it disappears once its containers are removed. Throws `no_such_job`. */
export async function removeJob(cluster: Cluster, name: string): Promise<void> {
  const isFinal = true;
  await change(
    cluster,
    name,
    (job) => {
      const { id, value, version } = job;
      const at = timestamp(cluster.clock);
      const active = runsOf(cluster, name, value).filter((run) => !run.value.endedAt && !run.value.cancel);
      const cancelled = active.map((run) => withCancel(run, { at, reason: 'the job is removed' }));
      return [
        { kind: 'job', id, value: { ...value, isRemoved: true, updatedAt: at }, ifVersion: version },
        ...cancelled,
      ];
    },
    { isFinal },
  );
}

/** Starts a run and returns its number. Throws `no_such_job`, `job_removed`, `run_active`, `job_changed`. */
export async function startRun(
  cluster: Cluster,
  name: string,
  { operationId, approve }: Approval & { readonly operationId?: string | undefined } = {},
): Promise<number> {
  await cluster.cache.catchUp();
  let number = 0;
  await change(cluster, name, (job) => {
    const runs = runsOf(cluster, name, job.value);
    const before = runs.find(({ value }) => operationId !== undefined && value.operationId === operationId);
    number = before?.value.number ?? job.value.runs + 1;
    if (before) return [];
    approve?.(job.value.spec.image);
    const now = timestamp(cluster.clock);
    return changesToBegin(job, runs, { cause: 'request', now, ...(operationId === undefined ? {} : { operationId }) });
  });
  return number;
}

/** Throws `no_such_job`, `no_such_run`, `run_ended`. */
export async function cancelRun(cluster: Cluster, name: string, number: number): Promise<void> {
  for (let round = 1; round <= maximumRounds; round++) {
    const run = await findRun(cluster, name, number);
    if (run.value.endedAt) throw new SatsumaError('run_ended', `run ${number} of job ${name} has ended`);
    if (run.value.cancel) return;
    const cancel = { at: timestamp(cluster.clock), reason: 'it was cancelled by request' };
    const written = await cluster.store.write([withCancel(run, cancel)]);
    await cluster.cache.catchUp();
    if (written.ok) return;
  }
  throw changed(name);
}

function withCancel({ id, value, version }: Versioned<JobRun>, cancel: JobRun['cancel'] & object): DocumentChange {
  return { kind: 'job-run', id, value: { ...value, cancel }, ifVersion: version };
}

async function change(
  cluster: Cluster,
  name: string,
  next: (job: Versioned<JobRecord>) => readonly DocumentChange[],
  { isFinal = false } = {},
): Promise<void> {
  for (let round = 1; round <= maximumRounds; round++) {
    const job = await findJob(cluster, name);
    if (job.value.isRemoved && !isFinal) throw new SatsumaError('job_removed', `job ${name} is being removed`);
    await cluster.cache.catchUp();
    const changes = next(job);
    const written = changes.length === 0 ? ({ ok: true } as const) : await cluster.store.write(changes);
    // Makes the write visible in this server's cache.
    await cluster.cache.catchUp();
    if (written.ok) return;
  }
  throw changed(name);
}

function changed(name: string): SatsumaError {
  return new SatsumaError('job_changed', `job ${name} was changed concurrently: check it and try again`);
}
