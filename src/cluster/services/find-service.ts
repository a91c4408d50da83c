import { SatsumaError } from '../../model/errors.ts';
import type { ServiceGeneration, ServiceRecord } from '../../model/service.ts';
import type { Cluster } from '../cluster.ts';

/** Throws `no_such_service`. */
export async function findService({ store }: Cluster, name: string): Promise<ServiceRecord> {
  const found = await store.read('service', name);
  if (!found) throw noService(name);
  return found.value;
}

/** Throws `no_such_generation`. */
export async function findGeneration({ store }: Cluster, name: string, generation: number): Promise<ServiceGeneration> {
  const found = await store.read('service-generation', generationId(name, generation));
  if (found) return found.value;
  throw new SatsumaError('no_such_generation', `service ${name} has no generation ${generation}`);
}

/** The id under which one generation is kept. No name has an `@`. */
export function generationId(name: string, generation: number): string {
  return `${name}@${generation}`;
}

export function noService(name: string): SatsumaError {
  return new SatsumaError('no_such_service', `No service found with name ${name}`);
}
