import { SatsumaError } from '../../model/errors.ts';
import { type JobRecord, type JobRun, runId } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Versioned } from '../../store/store.ts';

/** Throws `no_such_job`. */
export async function findJob({ store }: Cluster, name: string): Promise<Versioned<JobRecord>> {
  const found = await store.read('job', name);
  if (found) return found;
  throw noJob(name);
}

export function noJob(name: string): SatsumaError {
  return new SatsumaError('no_such_job', `No job found with name ${name}`);
}

/** Throws `no_such_job`, `no_such_run`. */
export async function findRun(cluster: Cluster, name: string, number: number): Promise<Versioned<JobRun>> {
  const { value: job } = await findJob(cluster, name);
  const found = await cluster.store.read('job-run', runId(name, number));
  if (found?.value.jobId === job.id) return found;
  throw new SatsumaError(
    'no_such_run',
    `job ${name} has no run ${number}: the last ${job.spec.keep} that ended are kept`,
  );
}
