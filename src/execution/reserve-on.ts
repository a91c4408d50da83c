import { randomBytes } from 'node:crypto';
import { lostLead } from '../decisions/lost-lead.ts';
import type { SatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { imageBaseName } from '../model/image-name.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Scheduler } from '../model/scheduler.ts';
import { claimsOn } from '../placement/claims.ts';
import type { Candidate, Placement } from '../placement/place.ts';
import type { Cluster } from '../state/cluster.ts';
import { stopped } from '../state/containers/stopped.ts';
import { quotaExceeded } from '../state/quota-exceeded.ts';
import type { Fence, ReserveResult, Versioned } from '../store/store.ts';
import { uncountLost } from './quota-room.ts';
import type { ReserveOptions } from './reserve-options.ts';
import { nameTaken } from './taken-name.ts';

interface ReserveRequest extends ReserveOptions {
  readonly candidate: Candidate;
  readonly placement: Placement;
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
}

/**
 * Reserves all claims of the container on the candidate, or none: undefined if they no longer fit. Throws
 * `reservation_lost` if the attempt was superseded, or another server became leader; `name_taken` if another container
 * has the name on any engine; `quota_exceeded` if its project's quota is full.
 */
export async function reserveOn(
  cluster: Cluster,
  request: ReserveRequest,
): Promise<Versioned<NewReservation> | undefined> {
  const { engine } = request.candidate;
  const reservation = reservationFor(cluster, request);
  const result = await take(cluster, reservation, engine.version, request.lease);
  if (!result.ok) {
    if (result.reason === 'quota') {
      if (await uncountLost(cluster, request)) return await reserveOn(cluster, request);
      throw quotaExceeded(cluster, reservation, result);
    }
    if (result.reason === 'lease') throw lostLead(request.task ? 'jobs' : 'services');
    if (result.reason === 'name') throw await heldBy(cluster, request, reservation.name, result.holder);
    cluster.logger.debug({ engineId: engine.id, ...result }, 'reservation refused');
    return undefined;
  }
  await request.attempt?.confirm().catch(async (error: unknown) => {
    await cluster.store.release(reservation.id);
    throw error;
  });
  return { id: reservation.id, value: reservation, version: result.version };
}

/** The holder may already be gone. */
async function heldBy(
  { cache }: Cluster,
  { attempt }: ReserveRequest,
  name: string,
  holder: string,
): Promise<SatsumaError> {
  // If this attempt was superseded, its successor holds the name.
  await attempt?.confirm();
  await cache.catchUp();
  return nameTaken(name, cache.record(holder)?.value.engineId);
}

async function take(
  { store, cache, settings }: Cluster,
  reservation: NewReservation,
  engineVersion: number,
  lease: Fence | undefined,
): Promise<ReserveResult> {
  const forget = cache.assume(reservation);
  try {
    const { leaseMs, nameScope } = settings;
    const result = await store.reserve({ reservation, engineVersion, leaseMs, lease, nameScope });
    const { id } = reservation;
    if (result.ok)
      cache.apply({ kind: 'reservation', id, version: result.version, value: { ...reservation, state: 'reserved' } });
    return result;
  } finally {
    forget();
  }
}

function reservationFor({ settings }: Cluster, request: ReserveRequest): NewReservation {
  const { candidate, placement, image, schedulers, owner, attempt, replica, task, replaces } = request;
  const id = randomBytes(12).toString('hex');
  const made: NewReservation = {
    id,
    engineId: candidate.engine.id,
    claims: claimsOn(candidate.engine, image, schedulers, replica),
    image,
    name: image.container_name ?? replaces?.name ?? nameFor(image, id, { replica, task }),
    isSigned: true,
    ...(request.isLeftUnstarted && { isUnstarted: true as const }),
    createdAt: new Date().toISOString(),
    reason: {
      type: image.type,
      strategy: image.strategy ?? settings.strategy,
      score: candidate.score,
      candidates: placement.candidateCount,
      refused: placement.refusedCount,
      ...(candidate.penalties && { penalties: candidate.penalties }),
      ...(candidate.failures && { failures: candidate.failures }),
    },
    ...(owner === undefined ? {} : { owner }),
    ...(attempt === undefined ? {} : { operationId: attempt.operationId }),
    ...(replica === undefined ? {} : { replica }),
    ...(task === undefined ? {} : { task }),
    ...(replaces === undefined ? {} : { replaces: replaces.id }),
  };
  return request.isAtRest ? stopped(made) : made;
}

/** A descriptive name, chosen here so that it is known without querying the engine. */
function nameFor(image: ImageConfig, id: string, { replica, task }: Pick<ReserveOptions, 'replica' | 'task'>): string {
  if (replica) return `${replica.service}.${replica.slot}.${id.slice(0, 8)}`;
  if (task) return `${task.job}.${task.run}.${task.slot}.${id.slice(0, 8)}`;
  return `${imageBaseName(image.name)}-${id.slice(0, 8)}`;
}
