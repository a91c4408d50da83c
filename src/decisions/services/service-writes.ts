import type { ServiceGeneration, ServiceRecord } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';
import { generationId, generationRemovals } from './find-service.ts';
import { pruneGenerations } from './prune-generations.ts';

/** The changes of one write to a service. */
export function changesTo(name: string, record: ServiceRecord, ifVersion: number, isNew: boolean): DocumentChange[] {
  return [{ kind: 'service', id: name, value: record, ifVersion }, ...(isNew ? [keptGeneration(name, record)] : [])];
}

/** The changes that write a new generation of a service and delete old ones. */
export function changesToRenew(
  cluster: Cluster,
  name: string,
  { value: before, version }: Pick<Versioned<ServiceRecord>, 'value' | 'version'>,
  after: ServiceRecord,
): DocumentChange[] {
  const { record, gone } = pruneGenerations(cluster, name, before, after);
  return [...changesTo(name, record, version, true), ...generationRemovals(name, gone)];
}

/** The change that stores a generation for later rollbacks. */
export function keptGeneration(name: string, record: ServiceRecord): DocumentChange {
  const { generation, template, spec, cause, updatedAt } = record;
  const value: ServiceGeneration = { template, spec, cause, createdAt: updatedAt };
  return { kind: 'service-generation', id: generationId(name, generation), value };
}
