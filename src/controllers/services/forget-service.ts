import { lostLead } from '../../decisions/lost-lead.ts';
import { generationRemovals } from '../../decisions/services/find-service.ts';
import { tombstoneChanges } from '../../decisions/tombstones.ts';
import { keptCount, keptNumbers } from '../../model/kept-numbers.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { batches } from '../../runtime/batches.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/** Deletes the documents of a service whose replicas are gone. Throws `reservation_lost` if another server leads. */
export async function forgetService(
  { store, cache, clock, logger }: Cluster,
  name: string,
  record: ServiceRecord,
  { hasLeftovers, fence }: { readonly hasLeftovers: boolean; readonly fence: Fence },
): Promise<void> {
  const generations = generationRemovals(name, keptNumbers(record.kept, record.generation));
  const document = [
    { kind: 'service', id: name } as const,
    { kind: 'service-status', id: name } as const,
    ...(await tombstoneChanges(store, {
      id: record.id ?? '',
      isNeeded: hasLeftovers || record.restoredAs !== undefined,
      now: timestamp(clock),
    })),
  ];
  // The record goes last: a new leader repeats the deletion, and deleting what is gone has no effect.
  const writes = [...batches(generations.slice(0, -keptCount)), [...generations.slice(-keptCount), ...document]];
  for (const changes of writes) {
    const written = await store.write(changes, { lease: fence });
    if (!written.ok) throw lostLead('services');
  }
  await cache.catchUp();
  logger.info({ service: name }, 'service removed');
}
