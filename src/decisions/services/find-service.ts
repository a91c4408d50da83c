import { SatsumaError } from '../../model/errors.ts';
import { keptNumbers } from '../../model/kept-numbers.ts';
import type { ServiceGeneration, ServiceRecord } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';

/** Throws `no_such_service`. */
export async function findService({ store }: Cluster, name: string): Promise<ServiceRecord> {
  const found = await store.read('service', name);
  if (!found) throw noService(name);
  return found.value;
}

export async function hasService({ store }: Cluster, name: string): Promise<boolean> {
  return (await store.read('service', name)) !== undefined;
}

export interface ChangeConditions {
  /** The generation that the caller last saw. */
  readonly ifGeneration?: number | undefined;
  /** Allows a change of a service that is being removed. */
  readonly isFinal?: boolean;
}

/** Throws `no_such_service`, `service_removed`, `service_changed`. */
export async function findForChange(
  { store }: Pick<Cluster, 'store'>,
  name: string,
  { ifGeneration, isFinal = false }: ChangeConditions = {},
): Promise<Versioned<ServiceRecord>> {
  const found = await store.read('service', name);
  if (!found) throw noService(name);
  if (found.value.isRemoved && !isFinal) {
    throw new SatsumaError('service_removed', `service ${name} is being removed: its replicas are stopped`);
  }
  if (ifGeneration !== undefined && ifGeneration !== found.value.generation) throw changed(name, found.value);
  return found;
}

/** Throws `no_such_generation`. */
export async function findGeneration({ store }: Cluster, name: string, generation: number): Promise<ServiceGeneration> {
  const found = await store.read('service-generation', generationId(name, generation));
  if (found) return found.value;
  throw new SatsumaError('no_such_generation', `service ${name} has no generation ${generation}`);
}

/** The latest stored generation before the record's that satisfies `isMeant`. */
export async function findGenerationBefore(
  cluster: Cluster,
  name: string,
  { generation: now, kept }: ServiceRecord,
  isSelected: (earlier: ServiceGeneration) => boolean,
): Promise<ServiceGeneration | undefined> {
  for (const generation of keptNumbers(kept, now - 1).reverse()) {
    const earlier = await cluster.store.read('service-generation', generationId(name, generation));
    if (earlier && isSelected(earlier.value)) return earlier.value;
  }
  return undefined;
}

/** The document id of a generation. Service names have no `@`. */
export function generationId(name: string, generation: number): string {
  return `${name}@${generation}`;
}

/** The changes that delete these generations. */
export function generationRemovals(name: string, numbers: readonly number[]): DocumentChange[] {
  return numbers.map((each) => ({ kind: 'service-generation', id: generationId(name, each) }));
}

export function noService(name: string): SatsumaError {
  return new SatsumaError('no_such_service', `No service found with name ${name}`);
}

export function changed(name: string, { generation }: Pick<ServiceRecord, 'generation'>): SatsumaError {
  return new SatsumaError(
    'service_changed',
    `service ${name} was changed concurrently and has generation ${generation} now: check it and try again`,
    { details: { generation } },
  );
}
