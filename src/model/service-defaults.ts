import type { ImageConfig } from './image-config.ts';
import type { ServiceSpec, UpdatePolicy } from './service.ts';

export const defaultUpdate: UpdatePolicy = {
  ...{ parallelism: 1, delay: 0, order: 'start-first', monitor: 5, max_failure: 0, on_failure: 'pause' },
};

/** Defaults of a service's fields, for all doors. */
export const serviceDefaults = {
  replicas: 1,
  grace: 30,
  shutdown_delay: 2,
  update: defaultUpdate,
} as const satisfies Partial<ServiceSpec>;

/** Replicas may share an engine. Engines with the fewest replicas of the service rank first, then the emptiest. */
export const serviceImageDefaults = {
  type: 'label',
  strategy: 'spread',
  spread: 'engine',
} as const satisfies Partial<ImageConfig>;
