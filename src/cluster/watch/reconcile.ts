import type { EngineClient } from '../../engines/engine-client.ts';
import type { ContainerSummary } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import type { Versioned } from '../../store/store.ts';
import type { Cluster, ClusterSettings } from '../cluster.ts';
import { atRest, bare, isStopped } from '../containers/at-rest.ts';
import { reservationFrom, reservationLabel } from '../containers/container-labels.ts';
import { isAlive } from '../containers/container-view.ts';
import { unlessGone } from '../containers/launch-container.ts';
import { foreignReservation, isForeign } from './foreign-containers.ts';
import { repairLedger } from './repair-ledger.ts';

/** What the records and the engine say of each other. */
export interface Comparison {
  readonly engineId: string;
  /** Read before the engine was asked. */
  readonly recorded: readonly Versioned<Reservation>[];
  /** Ids of reservations whose lease ran out. */
  readonly expired: ReadonlySet<string>;
  /** Every record there is now: a container whose record is younger than `recorded` is no stray. */
  readonly known: ReadonlyMap<string, Reservation>;
  readonly containers: readonly ContainerSummary[];
  /** Ids of containers that were seen not to be started for so long that nobody will. */
  readonly leftOver: ReadonlySet<string>;
  /** What containers that others started hold, by container id. */
  readonly foreign: ReadonlyMap<string, NewReservation>;
}

export type Repair =
  /** The container of a record is gone, or none was ever made. */
  | { readonly do: 'release'; readonly reservation: Reservation }
  /** Whoever reserved died before it could say that the container is there. */
  | { readonly do: 'bind'; readonly reservation: Reservation; readonly containerId: string }
  /** It holds something else now, because it stopped or was started; or because it is not what it was, if foreign. */
  | {
      readonly do: 'exchange';
      readonly reservation: NewReservation;
      readonly containerId: string;
      readonly ifVersion: number;
    }
  /** Created and never started, and whoever would start it is gone. */
  | { readonly do: 'remove'; readonly containerId: string; readonly reservation: Reservation | undefined }
  /** A container without a record: the store was lost, the engine was registered again, or others started it. */
  | { readonly do: 'adopt'; readonly reservation: NewReservation; readonly containerId: string };

/** Decides what to do about each difference. Pure. What is taken comes first: nothing seems free in between. */
export function compare(comparison: Comparison): Repair[] {
  return [...adoptForeign(comparison), ...repairStrays(comparison), ...repairRecords(comparison)];
}

function repairRecords({ recorded, expired, containers, foreign, leftOver }: Comparison): Repair[] {
  const byId = new Map(containers.map((each) => [each.id, each]));
  const byReservation = new Map(containers.map((each) => [each.labels[reservationLabel], each]));
  return recorded.flatMap(({ value: reservation, version: ifVersion }): Repair[] => {
    const { id, isForeign: isOthers, state, containerId: known } = reservation;
    if (state === 'reserved' && !expired.has(id)) return [];
    const container = known === undefined ? byReservation.get(id) : byId.get(known);
    const others = foreign.get(container?.id ?? '');
    if (!container || (isOthers && others?.id !== id)) return [{ do: 'release', reservation }];
    const containerId = container.id;
    const isLeftOver = state === 'bound' ? leftOver.has(containerId) : container.state === 'created';
    if (isLeftOver && !isOthers) return [{ do: 'remove', reservation, containerId }];
    const held = others ?? whatItHolds(container, reservation);
    if (!isSame(held, reservation)) return [{ do: 'exchange', reservation: held, containerId, ifVersion }];
    return state === 'bound' ? [] : [{ do: 'bind', reservation, containerId }];
  });
}

/** Of a container of ours. One that runs holds what its label says, which is what it was made with. */
function whatItHolds(container: ContainerSummary, reservation: Reservation): NewReservation {
  if (isStopped(container)) return reservation.isAtRest ? reservation : atRest(bare(reservation));
  if (!reservation.isAtRest || !isAlive(container)) return reservation;
  const { isAtRest: _, ...running } = bare(reservation);
  return { ...running, claims: reservationFrom(container, reservation.engineId)?.claims ?? running.claims };
}

/** Limits are no difference: those of a start through us are the engine's, a foreign container has none. */
function isSame(a: NewReservation, b: NewReservation): boolean {
  const heldBy = ({ name, isAtRest, claims }: NewReservation) => {
    const amounts = claims.map(({ key, amount }) => `${key} ${amount}`).sort();
    return JSON.stringify([name, isAtRest ?? false, amounts]);
  };
  return a === b || heldBy(a) === heldBy(b);
}

function repairStrays(comparison: Comparison): Repair[] {
  const { engineId, containers, known, leftOver, foreign } = comparison;
  const isOver = isGivenBack(comparison);
  return containers.flatMap((container): Repair[] => {
    const id = container.labels[reservationLabel] ?? '';
    if (known.has(id) || isOver.has(id) || foreign.has(container.id)) return [];
    const reservation = reservationFrom(container, engineId);
    if (!reservation) return [];
    if (container.state !== 'created') {
      const held = isStopped(container) ? atRest(reservation) : reservation;
      return [{ do: 'adopt', reservation: held, containerId: container.id }];
    }
    return leftOver.has(container.id) ? [{ do: 'remove', reservation: undefined, containerId: container.id }] : [];
  });
}

function adoptForeign(comparison: Comparison): Repair[] {
  const { foreign, known } = comparison;
  const isOver = isGivenBack(comparison);
  return [...foreign].flatMap(([containerId, reservation]): Repair[] =>
    known.has(reservation.id) || isOver.has(reservation.id) ? [] : [{ do: 'adopt', reservation, containerId }],
  );
}

/** On record before the engine was asked, and not now: its container was removed meanwhile, whatever the engine said. */
function isGivenBack({ recorded, known }: Comparison): ReadonlySet<string> {
  return new Set(recorded.flatMap(({ id }) => (known.has(id) ? [] : [id])));
}

/** Brings the ledger in line with what is on the engine. Every step may be done twice, by two servers. */
export async function reconcileEngine(
  cluster: Cluster,
  look: Pick<Comparison, 'engineId' | 'recorded' | 'containers'> & { readonly created: ReadonlyMap<string, number> },
): Promise<void> {
  const { store, mirror, pool, settings, logger } = cluster;
  const { engineId, containers } = look;
  const expired = new Set(await store.expired());
  await mirror.catchUp();
  const known = new Map(mirror.reservations(engineId).map((each) => [each.id, each]));
  const client = pool.client(mirror.engine(engineId).value);
  const foreign = await holdingsOfOthers(cluster, client, engineId, containers, known);
  const leftOver = leftOverOf(look.created, settings);
  for (const repair of compare({ ...look, expired, known, foreign, leftOver })) {
    const containerId = 'containerId' in repair ? repair.containerId : undefined;
    const fields = { engineId, reservationId: repair.reservation?.id, containerId, repair: repair.do };
    try {
      await carryOut(cluster, client, repair);
      logger.info(fields, 'repaired');
    } catch (error) {
      // One container that cannot be put right is no reason to leave the others; the next look tries again.
      if (!isSatsumaError(error) || error.code === 'store_unavailable') throw error;
      logger.warn({ ...fields, err: error }, 'not repaired');
    }
  }
  await repairLedger(cluster, engineId);
}

/** Whoever would have started them is gone, or was told that it failed: a start has a deadline. */
function leftOverOf(created: ReadonlyMap<string, number>, { leaseMs, deadlines }: ClusterSettings): Set<string> {
  const since = performance.now() - leaseMs - deadlines.startMs;
  return new Set([...created].flatMap(([id, firstSeen]) => (firstSeen <= since ? [id] : [])));
}

async function holdingsOfOthers(
  { mirror, registry, details }: Cluster,
  client: EngineClient,
  engineId: string,
  containers: readonly ContainerSummary[],
  known: ReadonlyMap<string, Reservation>,
): Promise<Map<string, NewReservation>> {
  const foreign = containers.filter((each) => isForeign(each, engineId, known));
  details.keepOnly(engineId, containers);
  const detailOf = await details.of(engineId, client, foreign);
  const snapshot = mirror.snapshot(engineId);
  return new Map(
    foreign.map((each) => [each.id, foreignReservation(snapshot, each, detailOf.get(each.id), registry.standing)]),
  );
}

async function carryOut({ store }: Cluster, client: EngineClient, repair: Repair): Promise<void> {
  switch (repair.do) {
    case 'release':
      await store.release(repair.reservation.id, { onlyIfExpired: repair.reservation.state === 'reserved' });
      return;
    case 'bind':
      await store.bind(repair.reservation.id, repair.containerId);
      return;
    case 'exchange':
      // False: it changed since it was looked at, and whoever changed it knew more.
      await store.adopt(repair.reservation, repair.containerId, { ifVersion: repair.ifVersion });
      return;
    case 'remove':
      await client.removeContainer(repair.containerId).catch(unlessGone);
      if (repair.reservation) {
        await store.release(repair.reservation.id, { onlyIfExpired: repair.reservation.state === 'reserved' });
      }
      return;
    case 'adopt':
      await store.adopt(repair.reservation, repair.containerId);
      return;
  }
}
