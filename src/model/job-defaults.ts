import type { JobSpec } from './job.ts';

/** What a job is unless it says otherwise. */
export const jobDefaults: Omit<JobSpec, 'image'> = {
  completions: 1,
  parallelism: 1,
  retries: 0,
  time_zone: 'UTC',
  concurrency: 'forbid',
  keep: 10,
};
