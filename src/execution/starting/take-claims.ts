import { resyncEngine } from '../../engine-sync/resync-engine.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import { claimsOn } from '../../placement/claims.ts';
import { schedulersFor } from '../../placement/schedulers-for.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withLimits } from '../../state/containers/changed-by-hand.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import { bare } from '../../state/containers/stopped.ts';
import { quotaExceeded } from '../../state/quota-exceeded.ts';
import type { Versioned } from '../../store/store.ts';
import { claimTaken } from './blocking-claim.ts';
import { freshDetail } from './fresh-detail.ts';
import { isUnsized, withRestOfQuota } from './rest-of-quota.ts';

/** Each round before the last lost against a concurrent change of the record, or of the engine. */
const maximumRounds = 10;

/** The current claims, and the version of their record, which must be unchanged when they are settled. */
export interface TakenClaims {
  readonly reservation: NewReservation;
  readonly version: number;
}

/**
 * Takes all claims of a running container in one step with a lease, as at a run: no one else gets them during the
 * start, and if this server dies, reconciliation resolves the expired lease. Claims that it already holds are not taken
 * twice. A concurrent start of the same container is superseded, which is harmless. Throws `claim_taken` with the
 * conflicting claims, and changes nothing then.
 */
export async function takeClaims(
  cluster: Cluster,
  engineId: string,
  container: ContainerSummary,
): Promise<TakenClaims> {
  const { store, cache, settings } = cluster;
  for (let round = 1; round <= maximumRounds; round++) {
    const record = await recordOf(cluster, engineId, container);
    const snapshot = cache.snapshot(engineId);
    const running = await whileRunning(cluster, snapshot, container, record.value);
    const isRunning = isAlive(container) && !record.value.isAtRest;
    const reservation = withRestOfQuota(cluster, running, { had: record.value, isRunning });
    const request = { reservation, engineVersion: snapshot.version, leaseMs: settings.leaseMs };
    const result = await store.reserve({ ...request, ifVersion: record.version });
    if (result.ok) {
      const { id } = reservation;
      const value = { ...reservation, state: 'reserved' } as const;
      cache.apply({ kind: 'reservation', id, version: result.version, value });
      return { reservation, version: result.version };
    }
    // The rest of the quota may have shrunk meanwhile.
    if (result.reason === 'quota' && isUnsized(reservation, result.key) && round < maximumRounds) continue;
    if (result.reason === 'quota') throw quotaExceeded(cluster, reservation, result, record.value);
    if (result.reason === 'full') {
      await cache.catchUp();
      throw claimTaken(cache.snapshot(engineId), reservation, {
        had: record.value,
        key: result.key,
        verb: 'started',
      });
    }
  }
  throw new SatsumaError('container_busy', `container ${container.name} was modified concurrently: try again`);
}

/** The container's record. A new container is resynced first. */
export async function recordOf(
  cluster: Cluster,
  engineId: string,
  { id, name }: ContainerSummary,
): Promise<Versioned<Reservation>> {
  const { cache } = cluster;
  const find = async () => {
    await cache.catchUp();
    return cache.records(engineId).find(({ value }) => value.containerId === id);
  };
  const known = await find();
  if (known) return known;
  await resyncEngine(cluster, engineId);
  const seen = await find();
  if (seen) return seen;
  throw new SatsumaError('container_busy', `container ${name} is not on record yet: try again in a moment`);
}

/**
 * The claims by the requested config and the engine's current settings, whose limits may have changed since the run.
 */
async function whileRunning(
  cluster: Cluster,
  snapshot: EngineSnapshot,
  container: ContainerSummary,
  record: Reservation,
): Promise<NewReservation> {
  const { registry, cache } = cluster;
  const { isAtRest: _, isUnstarted: __, ...rest } = bare(record);
  const reservation = { ...rest, containerId: container.id };
  // Its claims are unknown without an inspection.
  const detail = await freshDetail(cluster, snapshot.id, container);
  if (!record.isForeign) {
    const { value: engine } = cache.engine(snapshot.id);
    const image = withLimits(record.image, detail, engine.daemon?.cpus ?? engine.cpus);
    return {
      ...reservation,
      image,
      claims: claimsOn(snapshot, image, schedulersFor(image.type, registry), record.replica),
    };
  }
  const { cpus, memory, bindPorts } = detail;
  const image: ImageConfig = { ...record.image, cpus, memory, bind_ports: bindPorts };
  return { ...reservation, image, claims: claimsOn(snapshot, image, registry.defaultPlugins) };
}
