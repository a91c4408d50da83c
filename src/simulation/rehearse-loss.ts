import type { ReplicaView } from '../decisions/services/replica-view.ts';
import { nothingKnown, surveyReplicas } from '../decisions/services/survey.ts';
import type { Reservation } from '../model/reservation.ts';
import type { UpdatePolicy } from '../model/service.ts';
import type { Explanation } from '../placement/explain.ts';
import type { RowFilter } from '../placement/row-filter.ts';
import type { Cluster } from '../state/cluster.ts';
import type { ReplicaReservation } from '../state/reservation-index.ts';
import { Simulation } from './simulation.ts';

/** A replica with its target engine. */
export interface Move {
  readonly replica: ReplicaReservation;
  readonly engine: string;
}

interface Rehearsal {
  /** Replicas that would be rescheduled, with their target. */
  readonly placed: readonly Move[];
  /** Replicas without a feasible engine. */
  readonly unschedulable: readonly { readonly replica: ReplicaReservation; readonly refused: Explanation }[];
  /** Containers that would be lost, because they are not rescheduled. */
  readonly removed: readonly Reservation[];
}

/**
 * What would happen to everything on a lost engine: the decisions in the order in which they would be made. Changes
 * nothing. Throws `no_such_engine`.
 */
export async function rehearseLoss(cluster: Cluster, engineId: string): Promise<Rehearsal> {
  const { cache } = cluster;
  await cache.catchUp();
  cache.engine(engineId);
  const { movable, rest } = classifyReservations(cluster, engineId);
  const { placed, unschedulable } = replace(cluster, engineId, movable, { order: 'stop-first' });
  return { placed, unschedulable, removed: rest };
}

interface ReplaceOptions {
  /** Determines whether they have released their quota when their successors start. */
  readonly order: UpdatePolicy['order'];
  /** By service, the engines that are tried first. */
  readonly preferred?: ReadonlyMap<string, RowFilter>;
}

/** Simulates the placement of an engine's replicas on others. */
export function replace(
  cluster: Cluster,
  engineId: string,
  replicas: readonly ReplicaReservation[],
  { order, preferred }: ReplaceOptions,
): Pick<Rehearsal, 'placed' | 'unschedulable'> {
  const others = cluster.cache.snapshots().filter(({ id }) => id !== engineId);
  const simulation = new Simulation(cluster, others);
  const placed: Move[] = [];
  const unschedulable: { replica: ReplicaReservation; refused: Explanation }[] = [];
  for (const replica of replicas) {
    const { image, replica: identity } = replica;
    const filter = preferred?.get(identity.service);
    if (order === 'stop-first') simulation.countQuota(replica, -1);
    const first = filter && simulation.place(image, { replica: identity, filter });
    const placement = first && 'engine' in first ? first : simulation.place(image, { replica: identity });
    const isPlaced = 'engine' in placement;
    if (isPlaced) placed.push({ replica, ...placement });
    else unschedulable.push({ replica, ...placement });
    if (isPlaced && order === 'start-first') simulation.countQuota(replica, -1);
    if (!isPlaced && order === 'stop-first') simulation.countQuota(replica, 1);
  }
  return { placed, unschedulable };
}

/**
 * The replicas on an engine that have a service and no successor yet, in the order in which services are processed; and
 * all other containers, except a job's tasks, which end or are retried elsewhere. `stopped`: standalone containers that
 * are not running.
 */
export function classifyReservations(
  cluster: Cluster,
  engineId: string,
): {
  readonly movable: readonly ReplicaReservation[];
  readonly rest: readonly Reservation[];
  readonly stopped: readonly Reservation[];
} {
  const { cache } = cluster;
  const known = cache.reservations(engineId);
  const all = known.filter(({ isAtRest }) => !isAtRest);
  const movable = all.filter((each): each is ReplicaReservation => {
    const service = each.replica && cache.services.get(each.replica.service)?.value;
    return service !== undefined && service.spec.replicas !== 'global' && !service.isRemoved;
  });
  const replaced = replacedReplicas(cluster, engineId, new Set(movable.map(({ replica }) => replica.service)));
  const key = ({ replica }: ReplicaReservation) => `${replica.service} ${replica.slot.padStart(8, '0')}`;
  const isMovable = new Set<Reservation>(movable);
  const isAlone = ({ replica, task }: Reservation) => !replica && !task;
  return {
    movable: movable.filter(({ id }) => !replaced.has(id)).sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    rest: all.filter((each) => !isMovable.has(each) && isAlone(each)),
    stopped: known.filter((each) => each.isAtRest && !each.isForeign && isAlone(each)),
  };
}

/**
 * Replicas of these services on an engine that are already retiring, or whose slot is filled elsewhere: by reservation
 * id.
 */
function replacedReplicas(cluster: Cluster, engineId: string, services: ReadonlySet<string>): ReadonlySet<string> {
  const { services: records, serviceStatuses } = cluster.cache;
  const replaced = [...services].flatMap((name) => {
    const record = records.get(name)?.value;
    if (!record) return [];
    const status = serviceStatuses.get(name)?.value ?? nothingKnown;
    const views = surveyReplicas(cluster, name, { record, status });
    const elsewhere = views.filter((each) => each.engineId !== engineId);
    const isUp = ({ state }: ReplicaView) => state === 'ready' || state === 'starting';
    const held = new Set(elsewhere.filter(isUp).map(({ slot }) => slot));
    const here = views.filter((each) => each.engineId === engineId);
    return here.filter(({ slot, state }) => state === 'retiring' || held.has(slot)).map(({ id }) => id);
  });
  return new Set(replaced);
}
