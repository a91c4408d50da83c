import type { JobRun, Task } from '../../model/job.ts';

/** By what a task knows which part of the work is its own: `SATSUMA_TASK` of `SATSUMA_TASKS`. */
export function taskEnvironment({ spec }: JobRun, { job, run, slot, attempt }: Task): Record<string, string> {
  return {
    SATSUMA_JOB: job,
    SATSUMA_RUN: String(run),
    SATSUMA_TASK: String(slot),
    SATSUMA_TASKS: String(spec.completions),
    SATSUMA_ATTEMPT: String(attempt),
  };
}
