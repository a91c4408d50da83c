import { runsOf } from '../../decisions/jobs/begin-run.ts';
import { findJob, findRun } from '../../decisions/jobs/find-job.ts';
import { readSchedule } from '../../decisions/jobs/schedule.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { type JobRecord, type JobRun, runId, taskLogId } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Versioned } from '../../store/store.ts';

export interface ShownJob {
  readonly name: string;
  readonly record: JobRecord;
  /** By number. */
  readonly runs: readonly JobRun[];
  /** The next scheduled start. */
  readonly next: Date | undefined;
}

export interface ShownRun {
  readonly run: JobRun;
  /** The end of each attempt's log, in the order of the attempts. */
  readonly logs: readonly string[];
}

/** Throws `no_such_job`. */
export async function showJob(cluster: Cluster, name: string): Promise<ShownJob> {
  const job = await findJob(cluster, name);
  await cluster.cache.catchUp();
  return show(cluster, job);
}

/** Sorted by name. */
export async function listJobs(
  cluster: Cluster,
  isAsked: (image: ImageConfig) => boolean = () => true,
): Promise<ShownJob[]> {
  await cluster.cache.catchUp();
  const asked = cluster.cache.jobs.all().filter(({ value }) => isAsked(value.spec.image));
  return asked.map((job) => show(cluster, job));
}

/** The latest first. Throws `no_such_job`. */
export async function listRuns(cluster: Cluster, name: string): Promise<JobRun[]> {
  return [...(await showJob(cluster, name)).runs].reverse();
}

/** Throws `no_such_job`, `no_such_run`. */
export async function showRun(cluster: Cluster, name: string, number: number): Promise<ShownRun> {
  const { value: run } = await findRun(cluster, name, number);
  const id = runId(name, number);
  const logs = run.attempts.map(async (attempt) => {
    if (!attempt.end?.hasLog) return '';
    return (await cluster.store.read('task-log', taskLogId(id, attempt)))?.value.text ?? '';
  });
  return { run, logs: await Promise.all(logs) };
}

function show(cluster: Cluster, { id, value }: Versioned<JobRecord>): ShownJob {
  const runs = runsOf(cluster, id, value).map((run) => run.value);
  return { name: id, record: value, runs, next: nextTime(value, cluster.clock.now()) };
}

function nextTime({ spec, handledTo, isRemoved }: JobRecord, now: number): Date | undefined {
  if (spec.schedule === undefined || isRemoved) return undefined;
  try {
    return readSchedule(spec.schedule, spec.time_zone).after(new Date(Math.max(now, Date.parse(handledTo))));
  } catch {
    return undefined;
  }
}
