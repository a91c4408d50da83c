import { SatsumaError } from '../../model/errors.ts';
import { type JobRecord, type JobRun, runId } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** The runs of a job, by number. */
export function runsOf({ cache }: Cluster, job: string, { id }: JobRecord): Versioned<JobRun>[] {
  return cache.jobRuns
    .all()
    .filter(({ value }) => value.job === job && value.jobId === id)
    .sort((a, b) => a.value.number - b.value.number);
}

interface NewRun extends Pick<JobRun, 'cause' | 'scheduledFor' | 'operationId'> {
  readonly now: string;
  /** Other changes to the job's record in the same write. */
  readonly record?: Partial<JobRecord>;
}

/**
 * The changes that begin a run, in one write: the run, and the job's record with its counter. The counter makes
 * concurrent writes conflict, so only one of them succeeds. Throws `run_active` if only one run may be active.
 */
export function changesToBegin(
  { id: job, value: record, version }: Versioned<JobRecord>,
  runs: readonly Versioned<JobRun>[],
  { now, record: more, ...about }: NewRun,
): DocumentChange[] {
  const { concurrency, image, completions, parallelism, retries, timeout } = record.spec;
  const number = record.runs + 1;
  const active = runs.filter(({ value }) => !value.endedAt);
  const [first] = active;
  if (first && concurrency === 'forbid') {
    throw new SatsumaError('run_active', `run ${first.value.number} of job ${job} is under way`);
  }
  const cancel = { at: now, reason: `run ${number} took its place` };
  const replaced = concurrency === 'replace' ? active.filter(({ value }) => !value.cancel) : [];
  const spec = { image, completions, parallelism, retries, ...(timeout === undefined ? {} : { timeout }) };
  const run: JobRun = { job, jobId: record.id, number, ...about, createdAt: now, spec, attempts: [], waiting: {} };
  return [
    { kind: 'job', id: job, value: { ...record, ...more, runs: number }, ifVersion: version },
    { kind: 'job-run', id: runId(job, number), value: run, ifVersion: 0 },
    ...replaced.map(({ id, value, version: ifVersion }): DocumentChange => {
      return { kind: 'job-run', id, value: { ...value, cancel }, ifVersion };
    }),
  ];
}
