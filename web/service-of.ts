import type { Service } from '../src/api/service.ts';

/** The service that a container is a replica of. */
export function serviceOf(services: readonly Service[], id: string): Service | undefined {
  return services.find(({ status }) => status.replicas.some(({ container }) => container === id));
}
