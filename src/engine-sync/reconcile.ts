import type { ContainerList, EngineClient } from '../engines/engine-client.ts';
import { keptLabel } from '../labels/container-labels.ts';
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
 * Limit on foreign containers' records per engine. Records of containers beyond the list limit are kept, so a hostile
 * engine could add new ones forever.
 */
const maxOthers = 20_000;

/** The records of an engine and its containers. */
interface Comparison {
  readonly engineId: string;
  /** Read before the engine was queried. */
  readonly recorded: readonly Versioned<Reservation>[];
  /** Ids of reservations with an expired lease. */
  readonly expired: ReadonlySet<string>;
  /** All current records: a container whose record is newer than `recorded` is not a stray. */
  readonly known: ReadonlyMap<string, Reservation>;
  readonly containers: readonly ContainerSummary[];
  /** Ids of containers that have been unstarted for so long that no server will start them. */
  readonly leftOver: ReadonlySet<string>;
  /** The claims of foreign containers, by container id. */
  readonly foreign: ReadonlyMap<string, NewReservation>;
  /** The trusted content of labels of containers without a bound record, by container id. */
  readonly believed: ReadonlyMap<string, NewReservation>;
  /** The current claims of Satsuma's containers, by reservation id, where they differ from the record. */
  readonly ours: ReadonlyMap<string, NewReservation>;
  /** Ids of containers, or of reservations without a container, about which this answer is inconclusive. */
  readonly unlisted: ReadonlySet<string>;
}

type Repair =
  /** The container of a record is gone, or was never created. */
  | { readonly do: 'release'; readonly reservation: Reservation }
  /** The server that reserved it died before it could bind the record. */
  | {
      readonly do: 'bind';
      readonly reservation: Reservation;
      readonly containerId: string;
      readonly ifVersion: number;
    }
  /** Its claims changed: it stopped, was started, or, if foreign, was changed. */
  | {
      readonly do: 'exchange';
      readonly reservation: NewReservation;
      readonly containerId: string;
      readonly ifVersion: number;
    }
  /** Created and never started, and no server will start it. */
  | {
      readonly do: 'remove';
      readonly containerId: string;
      /** Absent: it has no record. */
      readonly reservation?: Reservation;
      readonly ifVersion?: number;
    }
  /** A container without a record: the store was lost, the engine was registered again, or it is foreign. */
  | { readonly do: 'adopt'; readonly reservation: NewReservation; readonly containerId: string };

/** Decides how to repair each difference. Pure. Claims are added first, so that nothing seems free in between. */
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

/** Ignores limits: a start by Satsuma uses the engine's, a foreign container has none. */
function isSame(a: NewReservation, b: NewReservation): boolean {
  if (a.copyOf !== b.copyOf) return false;
  const heldBy = ({ name, isAtRest, isUnstarted, claims }: NewReservation) => {
    const amounts = claims.map(({ key, amount }) => `${key} ${amount}`).sort();
    return JSON.stringify([name, isAtRest ?? false, isUnstarted ?? false, amounts]);
  };
  return a === b || hasSameClaims(a, b) || heldBy(a) === heldBy(b);
}

/** Fast path for claims in the same order, because this runs for every container at every resync. */
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
    // A created container holds claims too: a server may be about to start it, with a record in a store that was lost
    // since.
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

/** Recorded before the query, and released since: its container was removed meanwhile, whatever the answer says. */
function isGivenBack({ recorded, known }: Comparison): ReadonlySet<string> {
  return new Set(recorded.flatMap(({ id }) => (known.has(id) ? [] : [id])));
}

/** An engine's answer about all or some of its containers, with their records from before the query. */
type EngineAnswer = Pick<Comparison, 'engineId' | 'recorded'> & { readonly containers: ContainerList };

/**
 * Updates the ledger from the engine's containers. Idempotent, also with several servers. False: the foreign containers
 * exceed the engine's allowance, and another resync is needed.
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
 * The same for some of its containers, or all. `expired`: reservations with an expired lease. `isAdopted`: a container
 * of Satsuma was adopted, whose service or job may be missing.
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
  // Containers that were removed since the query: its list is outdated.
  const removed = containers.flatMap(({ id }) => (cache.containers.get(engineId, id) ? [] : [id]));
  const unlisted = new Set([...left, ...removed, ...(await findHidden(cluster, client, answer))]);
  const ours = await heldByOurs(cluster, client, { ...answer, expired }, holdings.believed);
  const leftOver = leftOverOf(cache.containers.on(engineId), answer.containers, settings);
  const { allowance, notices } = details.engine(engineId);
  let isWhole = left.size === 0;
  let isAdopted = false;
  let others = [...known.values()].filter(({ isForeign }) => isForeign).length;
  for (const repair of compare({ ...answer, ...holdings, ours, expired, known, leftOver, unlisted })) {
    if (repair.reservation?.isForeign) {
      if (repair.do === 'adopt' && others >= maxOthers) continue;
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
      // A failure for one container must not block the others; the next resync tries again.
      if (!isSatsumaError(error) || error.code === 'store_unavailable') throw error;
      logger.warn({ ...fields, err: error }, 'not repaired');
    }
  }
  if (!isWhole && notices.usedUp.isDue()) logger.warn({ engineId }, 'too many new containers: some are adopted later');
  return { isWhole, isAdopted };
}

/** After this time unstarted, no server can be about to start the container: a start has a deadline. */
export function leftOverAfterMs({ leaseMs, deadlines }: ClusterSettings): number {
  return leaseMs + deadlines.startMs;
}

/**
 * Containers whose start was abandoned, because its server died or its request failed. Excludes containers labelled as
 * kept.
 */
function leftOverOf(
  containers: ReadonlyMap<string, KnownContainer>,
  listed: readonly ContainerSummary[],
  settings: ClusterSettings,
): Set<string> {
  const kept = new Set(listed.filter(({ labels }) => labels[keptLabel] !== undefined).map(({ id }) => id));
  const since = performance.now() - leftOverAfterMs(settings);
  const isLeftOver = ({ unstartedSince = Number.POSITIVE_INFINITY }: KnownContainer) => unstartedSince <= since;
  return new Set([...containers].flatMap(([id, each]) => (isLeftOver(each) && !kept.has(id) ? [id] : [])));
}

async function carryOut(cluster: Cluster, client: EngineClient, engineId: string, repair: Repair): Promise<void> {
  const { store } = cluster;
  switch (repair.do) {
    case 'release':
      await store.release(repair.reservation.id, { onlyIfExpired: repair.reservation.state === 'reserved' });
      return;
    case 'bind':
      // Undefined: the record says that a server is about to remove or start the container.
      await store.bind(repair.reservation.id, repair.containerId, { ifVersion: repair.ifVersion });
      return;
    case 'exchange':
      // False: it changed since it was read, by a server with newer information.
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
