import { type JobRun, runId, taskLogId } from '../../model/job.ts';
import { batches } from '../../runtime/batches.ts';
import type { DocumentChange } from '../../store/store.ts';

/**
 * The writes that delete a run. The run's document goes last: until then the run is found, and its deletion is
 * repeated.
 */
export function* forgetRun({ job, number, attempts }: JobRun): Generator<readonly DocumentChange[]> {
  const id = runId(job, number);
  const logs = attempts
    .filter(({ end }) => end?.hasLog)
    .map((attempt) => ({ kind: 'task-log', id: taskLogId(id, attempt) }) as const);
  yield* batches<DocumentChange>([...logs, { kind: 'job-run', id }]);
}
