import { runId } from '../../model/job.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';

/** Of a run for a deployment. */
export const runTimeoutSeconds = 3_600;

/** Between two looks whether somebody still waits. */
const lookMs = 5_000;

/** Resolves when the run is over. False: nobody waits for it any more. */
export async function untilRunEnded(
  cluster: Cluster,
  job: string,
  number: number,
  signal: AbortSignal,
): Promise<boolean> {
  const isOver = () => cluster.cache.jobRuns.get(runId(job, number))?.value.endedAt !== undefined;
  while (!(await until(cluster, isOver, lookMs))) if (signal.aborted) return false;
  return true;
}
