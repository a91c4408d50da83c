import type { JobSpec } from './job.ts';

/** Defaults of a job's fields. */
export const jobDefaults: Omit<JobSpec, 'image'> = {
  completions: 1,
  parallelism: 1,
  retries: 0,
  time_zone: 'UTC',
  concurrency: 'forbid',
  keep: 10,
};
