import { lostLead } from '../../decisions/lost-lead.ts';
import { findGenerationBefore } from '../../decisions/services/find-service.ts';
import { rolledBack } from '../../decisions/services/next-record.ts';
import { changesToRenew } from '../../decisions/services/service-writes.ts';
import type { Rollout, ServiceRecord } from '../../model/service.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/** Rolls back to the stable template after a failed update. Throws `reservation_lost` if another server leads. */
export async function rollBackToStable(
  cluster: Cluster,
  name: string,
  record: ServiceRecord,
  { stable, fence }: { readonly stable: Rollout['stable']; readonly fence: Fence },
): Promise<void> {
  const found = await cluster.store.read('service', name);
  // The record changed meanwhile: the next pass uses the new one.
  if (!stable || !found || found.value.generation !== record.generation) return;
  // Uses the latest generation with that template: its update policy and health check may be newer than the template.
  const earlier = await findGenerationBefore(cluster, name, record, (each) => each.template === stable.template);
  if (!earlier) return;
  const updatedAt = timestamp(cluster.clock);
  const after = { ...rolledBack(record, earlier, 'automatic rollback'), updatedAt };
  // The failed template is the stable one: there is nothing to roll back to, and the rollout stays paused.
  if (after.template === record.template) return;
  const written = await cluster.store.write(changesToRenew(cluster, name, found, after), { lease: fence });
  if (!written.ok && written.conflict === 'lease') throw lostLead('services');
  if (!written.ok) return;
  cluster.logger.warn({ service: name, from: record.generation, to: stable.template }, 'service rolled back');
  await cluster.cache.catchUp();
}
