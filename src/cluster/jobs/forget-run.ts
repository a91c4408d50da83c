import { type JobRun, runId, taskLogId } from '../../model/job.ts';
import type { DocumentChange } from '../../store/store.ts';

/** What one write does to a run of which nothing is to be kept. */
export function forgetRun({ job, number, attempts }: JobRun): DocumentChange[] {
  const id = runId(job, number);
  const logs = attempts.filter(({ end }) => end?.hasLog).map((attempt) => taskLogId(id, attempt));
  return [{ kind: 'job-run', id }, ...logs.map((log) => ({ kind: 'task-log', id: log }) as const)];
}
