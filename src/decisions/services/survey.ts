import { hasFingerprint } from '../../labels/fingerprint.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Replica, ServiceRecord, ServiceStatus } from '../../model/service.ts';
import { schedulersFor } from '../../placement/schedulers-for.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import type { KnownContainer } from '../../state/known-container.ts';
import { moveUnderWay } from '../rebalance/under-way.ts';
import type { EngineFailurePolicy } from './engine-failure-policy.ts';
import { heldReplicas } from './moves.ts';
import { type ReplicaView, viewReplica } from './replica-view.ts';
import { chooseSlots, type SlotFacts } from './slot-order.ts';

export const nothingKnown: ServiceStatus = { replicas: {}, waiting: {} };

/** The replicas that a service has now. */
export function surveyReplicas(
  cluster: Cluster,
  name: string,
  { record, status }: { readonly record: ServiceRecord; readonly status: ServiceStatus },
): ReplicaView[] {
  const { cache } = cluster;
  const rule = failurePolicy(cluster, record);
  const held = heldReplicas(record);
  return cache.replicas(name, record.id).map((reservation) => {
    const { id, engineId, replica } = reservation;
    const engine = cache.hasEngine(engineId) ? cache.engine(engineId).value : undefined;
    const seen = cache.containers.get(engineId, reservation.containerId ?? '');
    const isUnhealthy = seen?.summary.isUnhealthy ?? false;
    const seenPorts = portsOf(seen);
    const isMoved = moveUnderWay(cluster, name, replica.slot)?.from === engineId;
    const mark = status.replicas[id];
    const markedAt = mark && cache.ages.seenInStatus(name, mark.since);
    const view = viewReplica(
      reservation,
      { engine, mark, markedAt, isUnhealthy, seenPorts, isMoved, isHeld: held.has(id) },
      rule,
    );
    return isOfOtherTemplate(replica, record) ? { ...view, generation: earlierTemplate } : view;
  });
}

/** When the service gives up an engine. */
export function failurePolicy({ cache }: Cluster, { spec }: Pick<ServiceRecord, 'spec'>): EngineFailurePolicy {
  return { downForMs: (engine: EngineRecord) => cache.ages.downForMs(engine), graceMs: spec.grace * 1000 };
}

/**
 * The current host ports: Docker assigns new ones with every start of a container, and none while it waits for a
 * restart. An incomplete list does not override the known ports.
 */
function portsOf(seen: KnownContainer | undefined): ContainerSummary['ports'] | undefined {
  if (!seen || seen.confirmedAt === 0 || !isAlive(seen.summary)) return undefined;
  return seen.summary.unclear === undefined ? seen.summary.ports : undefined;
}

/**
 * Stands for a template that the store does not know. After the loss of a store, new generations reuse the numbers of
 * lost ones.
 */
const earlierTemplate = 0;

function isOfOtherTemplate({ generation, fingerprint }: Replica, { template, spec }: ServiceRecord): boolean {
  return fingerprint !== undefined && generation === template && !hasFingerprint(spec, fingerprint);
}

/**
 * The slots that a service fills: the number of replicas, or one for each engine in use that has the labels. A global
 * service keeps its slot on an engine in maintenance: maintenance blocks new containers, but stops none.
 */
export function slotsOf(
  cluster: Cluster,
  { spec, template, isRemoved }: ServiceRecord,
  has: Pick<SlotFacts, 'replicas' | 'waits' | 'starting'>,
): string[] {
  if (isRemoved) return [];
  if (spec.replicas !== 'global') {
    return chooseSlots(spec.replicas, { ...has, template, fullness: fullnessFor(cluster, spec.image) });
  }
  const { image } = spec;
  const checks = schedulersFor(image.type, cluster.registry).flatMap((scheduler) => scheduler.prepare(image) ?? []);
  const occupied = new Set(has.replicas.flatMap(({ slot, state }) => (state === 'retiring' ? [] : slot)));
  const isUsed = ({ id, status }: EngineSnapshot) =>
    status === 'ok' || status === 'down' || (status === 'maintenance' && occupied.has(id));
  const used = cluster.cache.snapshots().filter(isUsed);
  // A temporary lack, such as of room, keeps the slot, which then reports it. Only lasting properties of the engine
  // exclude it.
  const isSelected = (engine: EngineSnapshot) =>
    !checks.some((check) =>
      ['label_missing', 'other_host', 'constraint_unmet', 'resource_missing'].includes(check(engine)?.code ?? ''),
    );
  return used.filter(isSelected).map(({ id }) => id);
}

/**
 * Slots of a global service whose engine is in maintenance: nothing can be started there, so nothing is replaced
 * either.
 */
export function heldSlots(
  { cache }: Cluster,
  { spec }: Pick<ServiceRecord, 'spec'>,
  slots: readonly string[],
): ReadonlySet<string> {
  if (spec.replicas !== 'global') return new Set();
  const isHeld = (id: string) => cache.hasEngine(id) && cache.engine(id).value.intent === 'maintenance';
  return new Set(slots.filter(isHeld));
}

/**
 * How full an engine is (by `binpack`) after this number of containers of the image has left it; ties are broken by the
 * number of containers.
 */
export function fullnessFor({ cache }: Cluster, { cpus = 0, memory = 0 }: ImageConfig): SlotFacts['fullness'] {
  return (engineId, departures) => {
    const fleet = cache.fleet();
    const row = fleet.row(engineId);
    if (row === undefined) return 0;
    const { percentUsed, percentPerCpuMilli, percentPerMiB, containers } = fleet.load;
    const share = cpus * 1000 * (percentPerCpuMilli[row] ?? 0) + memory * (percentPerMiB[row] ?? 0);
    return (percentUsed[row] ?? 0) - departures * share + ((containers[row] ?? 0) - departures) / 1000;
  };
}
