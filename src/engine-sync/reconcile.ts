import type { ContainerList, EngineClient } from '../engines/engine-client.ts';
import type { ContainerSummary } from '../model/container.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { Cluster, ClusterSettings } from '../state/cluster.ts';
import { asStarted, isStopped, stopped } from '../state/containers/stopped.ts';
import type { KnownContainer } from '../state/known-container.ts';
import type { Versioned } from '../store/store.ts';
import { findHidden } from './find-hidden.ts';
import { heldByOurs } from './held-by-ours.ts';
import { measureContainers } from './measure-containers.ts';
import { removeUnstarted } from './remove-unstarted.ts';
import { repairLedger } from './repair-ledger.ts';
import { restoreOwners } from './restore/restore-owners.ts';
import { sortContainers } from './sort-containers.ts';

/**
 * Records of containers that others started, of one engine. Those that are beyond the end of a list that is too long stay on
 * record, so that an engine may always list new ones.
 */
const mostOthers = 20_000;

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
  /** What the labels of containers without a bound record say, as far as it is believed, by container id. */
  readonly believed: ReadonlyMap<string, NewReservation>;
  /** What a container of ours holds, by its reservation's id, where it is not what its record says. */
  readonly ours: ReadonlyMap<string, NewReservation>;
  /** Ids of containers, or of reservations without one, of which nothing can be concluded this time. */
  readonly unlisted: ReadonlySet<string>;
}

export type Repair =
  /** The container of a record is gone, or none was ever made. */
  | { readonly do: 'release'; readonly reservation: Reservation }
  /** Whoever reserved died before it could say that the container is there. */
  | {
      readonly do: 'bind';
      readonly reservation: Reservation;
      readonly containerId: string;
      readonly ifVersion: number;
    }
  /** It holds something else now, because it stopped or was started; or because it is not what it was, if foreign. */
  | {
      readonly do: 'exchange';
      readonly reservation: NewReservation;
      readonly containerId: string;
      readonly ifVersion: number;
    }
  /** Created and never started, and whoever would start it is gone. */
  | {
      readonly do: 'remove';
      readonly containerId: string;
      /** Left out: there is no record of it. */
      readonly reservation?: Reservation;
      readonly ifVersion?: number;
    }
  /** A container without a record: the store was lost, the engine was registered again, or others started it. */
  | { readonly do: 'adopt'; readonly reservation: NewReservation; readonly containerId: string };

/** Decides what to do about each difference. Pure. What is taken comes first: nothing seems free in between. */
export function compare(comparison: Comparison): Repair[] {
  return [...adoptForeign(comparison), ...repairStrays(comparison), ...repairRecords(comparison)];
}

function repairRecords({
  recorded,
  expired,
  containers,
  foreign,
  believed,
  ours,
  leftOver,
  unlisted,
}: Comparison): Repair[] {
  const byId = new Map(containers.map((each) => [each.id, each]));
  const byReservation = new Map([...believed].map(([containerId, each]) => [each.id, byId.get(containerId)]));
  return recorded.flatMap(({ value: reservation, version: ifVersion }): Repair[] => {
    const { id, isForeign: isOthers, state, containerId: known } = reservation;
    if (state === 'reserved' && !expired.has(id)) return [];
    const container = known === undefined ? byReservation.get(id) : byId.get(known);
    if (unlisted.has(container?.id ?? known ?? id)) return [];
    const others = foreign.get(container?.id ?? '');
    if (!container || (isOthers && others?.id !== id)) return [{ do: 'release', reservation }];
    const containerId = container.id;
    const isLeftOver = state === 'bound' ? leftOver.has(containerId) : container.state === 'created';
    if (isLeftOver && !isOthers) return [{ do: 'remove', reservation, containerId, ifVersion }];
    const held = others ?? ours.get(id) ?? reservation;
    if (!isSame(held, reservation)) return [{ do: 'exchange', reservation: held, containerId, ifVersion }];
    return state === 'bound' ? [] : [{ do: 'bind', reservation, containerId, ifVersion }];
  });
}

/** Limits are no difference: those of a start through us are the engine's, a foreign container has none. */
function isSame(a: NewReservation, b: NewReservation): boolean {
  if (a.copyOf !== b.copyOf) return false;
  const heldBy = ({ name, isAtRest, isUnstarted, claims }: NewReservation) => {
    const amounts = claims.map(({ key, amount }) => `${key} ${amount}`).sort();
    return JSON.stringify([name, isAtRest ?? false, isUnstarted ?? false, amounts]);
  };
  return a === b || hasSameClaims(a, b) || heldBy(a) === heldBy(b);
}

/** In the same order, as they are as a rule: quick, for it is asked of every container at every resync. */
function hasSameClaims(a: NewReservation, b: NewReservation): boolean {
  if (a.name !== b.name || (a.isAtRest ?? false) !== (b.isAtRest ?? false)) return false;
  if ((a.isUnstarted ?? false) !== (b.isUnstarted ?? false)) return false;
  return (
    a.claims.length === b.claims.length &&
    a.claims.every(({ key, amount }, at) => b.claims[at]?.key === key && b.claims[at]?.amount === amount)
  );
}

function repairStrays(comparison: Comparison): Repair[] {
  const { containers, known, leftOver, believed, unlisted } = comparison;
  const isOver = isGivenBack(comparison);
  return containers.flatMap((container): Repair[] => {
    const reservation = believed.get(container.id);
    if (!reservation || known.has(reservation.id) || isOver.has(reservation.id) || unlisted.has(container.id))
      return [];
    if (leftOver.has(container.id)) return [{ do: 'remove', containerId: container.id }];
    // One that was created and not started holds too: whoever starts it may have recorded it in a store that is lost since.
    const held = isStopped(container) ? stopped(reservation) : asStarted(reservation, container);
    return [{ do: 'adopt', reservation: held, containerId: container.id }];
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

/** What an engine said of its containers, all or some, and the records of those from before it was asked. */
export type EngineAnswer = Pick<Comparison, 'engineId' | 'recorded'> & { readonly containers: ContainerList };

/**
 * Brings the ledger in line with what is on the engine. Every step may be done twice, by two servers. False: there was more
 * to do for the containers of others than this engine may cost at once, and another resync is needed.
 */
export async function reconcileEngine(cluster: Cluster, answer: EngineAnswer): Promise<boolean> {
  const { store, cache, details } = cluster;
  const { engineId, containers } = answer;
  const expired = new Set(await store.expired());
  details.keepOnly(engineId, containers, cache.reservations(engineId));
  const { isWhole } = await reconcileContainers(cluster, answer, expired);
  await restoreOwners(cluster, cache.engine(engineId).value, containers);
  await repairLedger(cluster, engineId);
  return isWhole;
}

/**
 * The same for some of its containers, or all. `expired`: reservations whose lease ran out. `isAdopted`: one of ours was
 * taken up, whose service or job may be missing.
 */
export async function reconcileContainers(
  cluster: Cluster,
  answer: EngineAnswer,
  expired: ReadonlySet<string>,
): Promise<{ readonly isWhole: boolean; readonly isAdopted: boolean }> {
  const { cache, pool, settings, details, logger } = cluster;
  const { engineId, containers } = answer;
  await cache.catchUp();
  const known = new Map(cache.reservations(engineId).map((each) => [each.id, each]));
  const { value: engine } = cache.engine(engineId);
  const client = pool.client(engine);
  const sorted = sortContainers(cluster, engine, containers);
  const { left, ...holdings } = await measureContainers(cluster, client, engineId, sorted);
  // What was removed since the engine was asked is known by that: its list is of before.
  const removed = containers.flatMap(({ id }) => (cache.containers.get(engineId, id) ? [] : [id]));
  const unlisted = new Set([...left, ...removed, ...(await findHidden(cluster, client, answer))]);
  const ours = await heldByOurs(cluster, client, { ...answer, expired }, holdings.believed);
  const leftOver = leftOverOf(cache.containers.on(engineId), settings);
  const { allowance, notices } = details.engine(engineId);
  let isWhole = left.size === 0;
  let isAdopted = false;
  let others = [...known.values()].filter(({ isForeign }) => isForeign).length;
  for (const repair of compare({ ...answer, ...holdings, ours, expired, known, leftOver, unlisted })) {
    if (repair.reservation?.isForeign) {
      if (repair.do === 'adopt' && others >= mostOthers) continue;
      if (!allowance.take()) {
        isWhole = false;
        continue;
      }
      if (repair.do === 'adopt') others += 1;
    }
    const containerId = 'containerId' in repair ? repair.containerId : undefined;
    const fields = { engineId, reservationId: repair.reservation?.id, containerId, repair: repair.do };
    try {
      await carryOut(cluster, client, engineId, repair);
      if (repair.do === 'adopt' && !repair.reservation.isForeign) isAdopted = true;
      logger.info(fields, 'repaired');
    } catch (error) {
      // One container that cannot be put right is no reason to leave the others; the next resync tries again.
      if (!isSatsumaError(error) || error.code === 'store_unavailable') throw error;
      logger.warn({ ...fields, err: error }, 'not repaired');
    }
  }
  if (!isWhole && notices.usedUp.isDue()) logger.warn({ engineId }, 'too many new containers: some are taken up later');
  return { isWhole, isAdopted };
}

/** How long a container may be seen unstarted before nobody can be about to start it: a start has a deadline. */
export function leftOverAfterMs({ leaseMs, deadlines }: ClusterSettings): number {
  return leaseMs + deadlines.startMs;
}

/** Whoever would have started them is gone, or was told that it failed. */
function leftOverOf(containers: ReadonlyMap<string, KnownContainer>, settings: ClusterSettings): Set<string> {
  const since = performance.now() - leftOverAfterMs(settings);
  const isLeftOver = ({ unstartedSince = Number.POSITIVE_INFINITY }: KnownContainer) => unstartedSince <= since;
  return new Set([...containers].flatMap(([id, each]) => (isLeftOver(each) ? [id] : [])));
}

async function carryOut(cluster: Cluster, client: EngineClient, engineId: string, repair: Repair): Promise<void> {
  const { store } = cluster;
  switch (repair.do) {
    case 'release':
      await store.release(repair.reservation.id, { onlyIfExpired: repair.reservation.state === 'reserved' });
      return;
    case 'bind':
      // Undefined: somebody is about to remove the container, or to start it, and the record says so.
      await store.bind(repair.reservation.id, repair.containerId, { ifVersion: repair.ifVersion });
      return;
    case 'exchange':
      // False: it changed since it was looked at, and whoever changed it knew more.
      await store.adopt(repair.reservation, repair.containerId, { ifVersion: repair.ifVersion });
      return;
    case 'remove':
      await removeUnstarted(cluster, client, { engineId, ...repair });
      return;
    case 'adopt':
      await store.adopt(repair.reservation, repair.containerId);
      return;
  }
}
