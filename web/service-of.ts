import type { Service } from '../src/api/service.ts';

/** The services by the containers that are replicas of them: of many containers, none is looked for in all services. */
export function servicesByContainer(services: readonly Service[]): ReadonlyMap<string, Service> {
  return new Map(
    services.flatMap((service) =>
      service.status.replicas.flatMap(({ container }) => (container === null ? [] : [[container, service] as const])),
    ),
  );
}
