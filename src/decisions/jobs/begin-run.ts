import { SatsumaError } from '../../model/errors.ts';
import { type JobRecord, type JobRun, runId } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** Of a job, by number. */
export function runsOf({ cache }: Cluster, job: string, { id }: JobRecord): Versioned<JobRun>[] {
  return cache.jobRuns
    .all()
    .filter(({ value }) => value.job === job && value.jobId === id)
    .sort((a, b) => a.value.number - b.value.number);
}

export interface NewRun extends Pick<JobRun, 'cause' | 'scheduledFor' | 'operationId'> {
  readonly now: string;
  /** What the job's record says besides from then on. */
  readonly record?: Partial<JobRecord>;
}

/**
 * What one write does to begin a run: the run, and the job's record, which counts it. Whoever else begins one meanwhile
 * changes the record too, and one of the two writes is refused. Throws `run_active` where there may be one run only.
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
