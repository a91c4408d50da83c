import type { UpdatePolicy } from '../model/service.ts';

/** What a service is, unless whoever asks for it says otherwise; the same at every door. */
export const serviceDefaults = { replicas: 1, grace: 30, shutdown_delay: 2 } as const;

export const defaultUpdate: UpdatePolicy = {
  ...{ parallelism: 1, delay: 0, order: 'start-first', monitor: 5, max_failure: 0, on_failure: 'pause' },
};
