import { refreshContainer } from '../../engine-sync/refresh-containers.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { keepLease } from '../../execution/keep-lease.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import { recordOf } from '../../execution/starting/take-claims.ts';
import type { ContainerSummary } from '../../model/container.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { FoundContainer } from '../../state/containers/find-container.ts';
import { bare } from '../../state/containers/stopped.ts';
import { quotaExceeded } from '../../state/quota-exceeded.ts';
import type { ReserveResult, Versioned } from '../../store/store.ts';
import { type InspectedContainer, inspectKnown } from './inspect-container.ts';
import { nameInError } from './name-in-error.ts';

/** Maximum number of lost races with other changes of the same record, or of the engine's. */
const maximumRounds = 10;

/** The effect of a change on a container's record. */
export interface RecordChange {
  readonly after: NewReservation;
  /** Held until the engine's result is known: the claims of both before and after. */
  readonly meanwhile: NewReservation;
}

interface ContainerChange {
  /** Based on the current record. */
  plan(record: NewReservation): Promise<RecordChange> | RecordChange;
  /** The error if the ledger has no room for it. */
  refusal(record: NewReservation, change: RecordChange, result: Refused): SatsumaError;
  act(client: EngineClient, containerId: string): Promise<void>;
}

type Refused = Extract<ReserveResult, { readonly reason: 'full' | 'name' }>;

/**
 * Changes a container's claims and the container: the ledger first, with a lease, so that the room is reserved when the
 * engine is asked. If the engine refuses, the ledger is restored. If this server dies in between, the server that finds
 * the expired lease checks the container's state. Throws `refusal`, `container_busy`, or the engine's error.
 */
export async function changeContainer(
  cluster: Cluster,
  { engine, container }: FoundContainer,
  change: ContainerChange,
): Promise<InspectedContainer> {
  const { store, logger } = cluster;
  const { before, after, version } = await take(cluster, engine.id, container, change);
  const fields = { engineId: engine.id, containerId: container.id, reservationId: after.id };
  const stopRenewing = keepLease(cluster, after.id);
  try {
    const act = (client: EngineClient) => change.act(client, container.id);
    await retryDuringRestart(cluster, engine.id, act, { isPinged: true }).catch(nameInError(container));
  } catch (error) {
    // After a timeout the engine's result is unknown: both claims are held until reconciliation has checked.
    if (!isSatsumaError(error, 'engine_timeout')) {
      await store.adopt(before, container.id, { ifVersion: version }).catch((cause: unknown) => {
        logger.warn({ ...fields, err: cause }, 'not given back, left to reconciliation');
      });
    }
    throw error;
  } finally {
    stopRenewing();
  }
  await store.adopt(after, container.id, { ifVersion: version });
  logger.info(fields, 'container changed');
  await refreshContainer(cluster, engine.id, container.id);
  return inspectKnown(cluster, engine.id, container.id);
}

interface Taken {
  readonly before: NewReservation;
  readonly after: NewReservation;
  /** The version of the record with the claims of both. */
  readonly version: number;
}

async function take(
  cluster: Cluster,
  engineId: string,
  container: ContainerSummary,
  { plan, refusal }: ContainerChange,
): Promise<Taken> {
  const { store, cache, settings } = cluster;
  const { leaseMs, nameScope } = settings;
  for (let round = 1; round <= maximumRounds; round++) {
    const { value, version: ifVersion }: Versioned<Reservation> = await recordOf(cluster, engineId, container);
    const before = bare(value);
    const change = await plan(before);
    const reservation = { ...change.meanwhile, containerId: container.id };
    const { version: engineVersion } = cache.engine(engineId);
    const result = await store.reserve({ reservation, engineVersion, leaseMs, ifVersion, nameScope });
    if (result.ok) {
      const { id } = reservation;
      cache.apply({
        kind: 'reservation',
        id,
        version: result.version,
        value: { ...reservation, state: 'reserved' },
      });
      return { before, after: change.after, version: result.version };
    }
    if (result.reason === 'quota') throw quotaExceeded(cluster, reservation, result, before);
    if (result.reason === 'full' || result.reason === 'name') {
      await cache.catchUp();
      throw refusal(before, change, result);
    }
  }
  throw new SatsumaError('container_busy', `container ${container.name} changes all the time: try again in a moment`);
}
