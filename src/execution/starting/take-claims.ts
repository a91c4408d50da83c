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
import { claimTaken } from './claim-taken.ts';
import { freshDetail } from './fresh-detail.ts';
import { isUnsized, withRestOfQuota } from './rest-of-quota.ts';

/** Each round but the last one was lost to somebody who changed the same record, or the engine's. */
const maximumRounds = 10;

/** What is held now, and the version of its record: whoever ends it must find that one. */
export interface TakenClaims {
  readonly reservation: NewReservation;
  readonly version: number;
}

/**
 * Takes all that the container holds while it runs, in one step with a lease, as at a run: nobody else gets it while the
 * engine starts the container, and where this server dies in between, whoever finds the lease over looks at what became of
 * it. Of what it holds already nothing is taken twice. Whoever else is about to start the same container is superseded,
 * and harms nothing: both want the same. Throws `claim_taken` with what is in the way, and has changed nothing then.
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
    // Of what is left somebody else may have taken some since.
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
  throw new SatsumaError('container_busy', `container ${container.name} changes all the time: try again in a moment`);
}

/** What the container stands for in the ledger. One that nobody has seen yet is looked at first. */
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

/** By what was asked for and by the engine as it is now: its limits may be others than at the run. */
async function whileRunning(
  cluster: Cluster,
  snapshot: EngineSnapshot,
  container: ContainerSummary,
  record: Reservation,
): Promise<NewReservation> {
  const { registry, cache } = cluster;
  const { isAtRest: _, isUnstarted: __, ...rest } = bare(record);
  const reservation = { ...rest, containerId: container.id };
  // What it would hold is not known unless it can be inspected.
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
