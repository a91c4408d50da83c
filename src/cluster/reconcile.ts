import type { EngineClient } from '../engines/engine-client.ts';
import type { ContainerSummary } from '../model/container.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import type { Cluster } from './cluster.ts';
import { reservationFrom, reservationLabel } from './container-labels.ts';
import { unlessGone } from './launch-container.ts';

/** What the records and the engine say of each other. */
export interface Comparison {
  /** Read before the engine was asked. */
  readonly recorded: readonly Reservation[];
  /** Ids of reservations whose lease ran out. */
  readonly expired: ReadonlySet<string>;
  /** Every reservation there is now: a container whose record is younger than `recorded` is no stray. */
  readonly known: ReadonlySet<string>;
  readonly containers: readonly ContainerSummary[];
  /** Container ids of the look before this one. */
  readonly seenBefore: ReadonlySet<string>;
  readonly engineId: string;
}

export type Repair =
  /** The container of a record is gone, or none was ever made. */
  | { readonly do: 'release'; readonly reservation: Reservation }
  /** Whoever reserved died before it could say that the container is there. */
  | { readonly do: 'bind'; readonly reservation: Reservation; readonly containerId: string }
  /** Created and never started, and whoever would start it is gone. */
  | { readonly do: 'remove'; readonly containerId: string; readonly reservation: Reservation | undefined }
  /** A container of ours without a record: the store was lost, or the engine was registered again. */
  | { readonly do: 'adopt'; readonly reservation: NewReservation; readonly containerId: string };

/** Decides what to do about each difference. Pure. */
export function compare({ recorded, expired, known, containers, seenBefore, engineId }: Comparison): Repair[] {
  const byReservation = new Map(containers.map((each) => [each.labels[reservationLabel], each]));
  const ids = new Set(containers.map(({ id }) => id));
  const ofRecords = recorded.flatMap((reservation): Repair[] => {
    if (reservation.state === 'bound') {
      return ids.has(reservation.containerId) ? [] : [{ do: 'release', reservation }];
    }
    if (!expired.has(reservation.id)) return [];
    const container = byReservation.get(reservation.id);
    if (!container) return [{ do: 'release', reservation }];
    if (container.state === 'created') return [{ do: 'remove', reservation, containerId: container.id }];
    return [{ do: 'bind', reservation, containerId: container.id }];
  });
  const strays = containers.flatMap((container): Repair[] => {
    const reservation = reservationFrom(container, engineId);
    if (!reservation || known.has(reservation.id)) return [];
    if (container.state !== 'created') return [{ do: 'adopt', reservation, containerId: container.id }];
    // One that was just made may still be on its way; one that was there the last time is left over.
    return seenBefore.has(container.id) ? [{ do: 'remove', reservation: undefined, containerId: container.id }] : [];
  });
  return [...ofRecords, ...strays];
}

/** Brings the ledger in line with what is on the engine. Every step may be done twice, by two servers. */
export async function reconcileEngine(
  cluster: Cluster,
  found: {
    readonly engine: EngineRecord;
    readonly recorded: readonly Reservation[];
    readonly containers: readonly ContainerSummary[];
    readonly before: readonly ContainerSummary[];
  },
): Promise<void> {
  const { store, mirror, pool, logger } = cluster;
  const { engine, recorded, containers, before } = found;
  const expired = new Set(await store.expired());
  await mirror.catchUp();
  const known = new Set(mirror.reservations(engine.id).map(({ id }) => id));
  const seenBefore = new Set(before.map(({ id }) => id));
  const client = pool.client(engine);
  for (const repair of compare({ recorded, expired, known, containers, seenBefore, engineId: engine.id })) {
    await carryOut(cluster, client, repair);
    const containerId = 'containerId' in repair ? repair.containerId : undefined;
    logger.info(
      { engineId: engine.id, reservationId: repair.reservation?.id, containerId, repair: repair.do },
      'repaired',
    );
  }
}

async function carryOut({ store }: Cluster, client: EngineClient, repair: Repair): Promise<void> {
  switch (repair.do) {
    case 'release':
      await store.release(repair.reservation.id, { onlyIfExpired: repair.reservation.state === 'reserved' });
      return;
    case 'bind':
      await store.bind(repair.reservation.id, repair.containerId);
      return;
    case 'remove':
      await client.removeContainer(repair.containerId).catch(unlessGone);
      if (repair.reservation) await store.release(repair.reservation.id, { onlyIfExpired: true });
      return;
    case 'adopt':
      await store.adopt(repair.reservation, repair.containerId);
      return;
  }
}
