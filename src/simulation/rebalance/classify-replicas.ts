import type { ReplicaView } from '../../decisions/services/replica-view.ts';
import { isDone } from '../../decisions/services/rollout.ts';
import { nothingKnown, surveyReplicas } from '../../decisions/services/survey.ts';
import { hasLocalVolume } from '../../model/image-config.ts';
import type { ServiceRecord, ServiceStatus } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { MoveBlocker } from './find-better.ts';
import type { Movable } from './movable.ts';

export interface BlockedReplica {
  readonly service: string;
  readonly blocker: MoveBlocker;
}

interface ClassifiedReplicas {
  readonly movables: readonly Movable[];
  readonly blocked: readonly BlockedReplica[];
}

/** The replicas of all services: movable ones, and blocked ones with the reason. */
export function classifyReplicas(cluster: Cluster): ClassifiedReplicas {
  const movables: Movable[] = [];
  const blocked: BlockedReplica[] = [];
  for (const { id: service, value: record } of cluster.cache.services.all()) {
    if (record.isRemoved) continue;
    const status = cluster.cache.serviceStatuses.get(service)?.value ?? nothingKnown;
    const views = surveyReplicas(cluster, service, { record, status });
    const shared = sharedSlots(views);
    for (const view of views.filter(({ state }) => state !== 'retiring')) {
      const isAlone = !shared.has(view.slot);
      const blocker = blockerOf(record, status) ?? blockerOfReplica(cluster, view, { isAlone, status });
      const reservation = cluster.cache.record(view.id)?.value;
      if (blocker) blocked.push({ service, blocker });
      else if (reservation?.replica) movables.push({ ...reservation, replica: reservation.replica });
    }
  }
  return { movables, blocked };
}

function blockerOf({ spec, isPaused, template }: ServiceRecord, { rollout }: ServiceStatus): MoveBlocker | undefined {
  if (spec.replicas === 'global') return { code: 'global', message: 'it runs on each engine' };
  if (hasLocalVolume(spec.image)) return { code: 'local_volume', message: 'its volume is on its engine only' };
  if (isPaused) return { code: 'paused', message: 'its service is paused' };
  if (rollout?.template === template && isDone(rollout)) return undefined;
  return { code: 'updating', message: 'its service is being updated' };
}

/** Only stable replicas that are alone in their slot are moved, so that a later failure is caused by the move. */
function blockerOfReplica(
  { cache }: Cluster,
  view: ReplicaView,
  { isAlone, status }: { readonly isAlone: boolean; readonly status: ServiceStatus },
): MoveBlocker | undefined {
  const { slot, engineId, isSettled, isDisplaced } = view;
  if (!isSettled || isDisplaced || !isAlone || status.waiting[slot]) {
    return { code: 'unsettled', message: 'it is being started or exchanged, or failed lately' };
  }
  const { status: engineStatus } = cache.snapshot(engineId);
  if (engineStatus === 'ok') return undefined;
  return { code: 'engine_not_ok', message: `its engine is ${engineStatus}` };
}

/** The slots with two or more replicas. */
function sharedSlots(views: readonly ReplicaView[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(views.flatMap(({ slot }) => (seen.size === seen.add(slot).size ? [slot] : [])));
}
