import { isLost } from '../../../decisions/services/engine-failure-policy.ts';
import { failurePolicy } from '../../../decisions/services/survey.ts';
import { refreshContainer, refreshContainers } from '../../../engine-sync/refresh-containers.ts';
import { pullImage } from '../../../execution/images/pull-image.ts';
import { removeReplica } from '../../../execution/remove-replica.ts';
import { reportInventoryChange } from '../../../execution/report-inventory-change.ts';
import { startWithClaims } from '../../../execution/starting/start-with-claims.ts';
import { copyVolumeTo } from '../../../execution/volumes/copy-volume.ts';
import { refuseImmovable, refuseRunningUsers } from '../../../execution/volumes/movable-volumes.ts';
import { isSatsumaError, SatsumaError } from '../../../model/errors.ts';
import { ignoreNotFound } from '../../../model/ignore-not-found.ts';
import type { Reservation } from '../../../model/reservation.ts';
import type { ServiceRecord } from '../../../model/service.ts';
import { copyIdOf, type ServiceMove } from '../../../model/service-move.ts';
import { pause } from '../../../runtime/pause.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { isAlive } from '../../../state/containers/container-view.ts';
import { isReachable } from '../../remove-leftovers.ts';
import { discardMoved } from './discard-moved.ts';
import type { NextPhase } from './move-record.ts';

interface StepContext {
  readonly cluster: Cluster;
  readonly name: string;
  readonly record: ServiceRecord;
  readonly move: ServiceMove;
  /** Aborts when the move enters another phase, for example because it is stopped. */
  readonly signal: AbortSignal;
  /** Slots for which a replica is being started. */
  readonly starting: ReadonlySet<string>;
}

/** Every step is idempotent: a new leader repeats it from its beginning. Undefined: not done yet. */
export type Step = (context: StepContext) => Promise<NextPhase | undefined>;

const refusedWithoutImage = 'its image is not on the engine, and its pull policy is "never"';

/** Replicas keep serving: everything that can be checked or fetched before they stop is done here. */
export const prepare: Step = async (context) => {
  const { cluster, record, move, signal } = context;
  const { cache, pool } = cluster;
  const held = oldReplicas(context);
  if (held.length < Object.keys(move.replicas).length || held.some(({ isAtRest }) => isAtRest))
    throw new SatsumaError('wrong_state', 'its replicas changed before they were stopped');
  const { value: engine } = cache.engine(move.to);
  const { name, platform, pull } = record.spec.image;
  const isThere = await pool
    .client(engine)
    .inspectImage(name)
    .then(() => true, isMissing);
  if (!isThere && pull === 'never') throw new SatsumaError('no_such_image', refusedWithoutImage);
  if (!isThere) await pullImage(cluster, engine, { name, platform, signal });
  await refuseImmovable(cluster, { ...move, containers: new Set(held.map((each) => each.name)) });
  return { phase: 'stopping' };
};

function isMissing(error: unknown): false {
  if (isSatsumaError(error, 'no_such_image')) return false;
  throw error;
}

/**
 * The restart policy is set to `no` first: otherwise Docker would start the container again when its daemon restarts.
 */
export const stop: Step = async (context) => {
  const { cluster, record, move, signal } = context;
  await pause(record.spec.shutdown_delay * 1_000, signal);
  signal.throwIfAborted();
  const { value: engine } = cluster.cache.engine(move.from);
  const client = cluster.pool.client(engine);
  await Promise.all(
    oldReplicas(context).map(async ({ containerId, image }) => {
      if (containerId === undefined) return;
      if (hasRestartPolicy(image)) {
        const update = { restart_policy: { name: 'no' } } as const;
        await client.updateContainer(containerId, update, engine.cpus).catch(ignoreNotFound);
      }
      await client.stopContainer(containerId).catch(ignoreNotFound);
    }),
  );
  return { phase: 'copying' };
};

function hasRestartPolicy({ restart_policy: { name = 'no' } }: Reservation['image']): boolean {
  return name !== 'no';
}

export const copy: Step = async ({ cluster, move, signal }) => {
  const { from, to, volumes, isReplacing } = move;
  await refuseRunningUsers(cluster, { volumes, from, containers: new Set() });
  for (const [index, name] of volumes.entries()) {
    await copyVolumeTo(cluster, { id: copyIdOf(move, index), name, from, to, isReplacing }, signal);
  }
  // A container that was started meanwhile may have written to volumes that are copied already.
  await refuseRunningUsers(cluster, { volumes, from, containers: new Set() });
  return { phase: 'starting' };
};

/** Waits for an engine that is down: nothing depends on the old containers there. */
export const finish: Step = async (context) => {
  const { cluster, move } = context;
  const { cache, pool, logger } = cluster;
  const old = oldReplicas(context);
  if (cache.hasEngine(move.from) && !isReachable(cluster, move.from)) return undefined;
  const reason = `it was moved to engine ${move.to}`;
  await Promise.all(old.map((each) => removeReplica(cluster, { ...each, reason })));
  await cache.catchUp();
  if (oldReplicas(context).length > 0) return undefined;
  if (!move.areVolumesRemoved || !cache.hasEngine(move.from)) return { phase: 'done' };
  const kept: string[] = [];
  for (const volume of move.volumes) {
    try {
      await pool.client(cache.engine(move.from).value).removeVolume(volume);
      await reportInventoryChange(cluster, { kind: 'volume', action: 'remove', name: volume, engine: move.from });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      if (error.code === 'no_such_volume') continue;
      logger.warn({ err: error, engineId: move.from, volume }, 'volume of a moved service not removed');
      kept.push(`volume ${volume} of engine ${move.from} was not removed: ${error.message}`);
    }
  }
  return { phase: 'done', ...(kept.length > 0 && { message: kept.join('; ') }) };
};

/** Removes everything on the new engine before the old containers are started: they never run together. */
export const goBack: Step = async (context) => {
  const { cluster, move } = context;
  if (!(await areNewReplicasRemoved(context))) return undefined;
  const { cache } = cluster;
  const from = cache.hasEngine(move.from) ? cache.engine(move.from).value : undefined;
  // On a lost engine, the service reconciler replaces the replicas as usual.
  if (from && !isGivenUp(context, move.from)) {
    if (!isReachable(cluster, move.from)) return undefined;
    for (const each of oldReplicas(context)) await startAgain(context, each);
  }
  await discardMoved(cluster, move);
  return { phase: 'failed' };
};

async function areNewReplicasRemoved(context: StepContext): Promise<boolean> {
  const { cluster, move, starting } = context;
  if (Object.keys(move.replicas).some((slot) => starting.has(slot))) return false;
  const added = newReplicas(context);
  if (added.length === 0) return true;
  if (!isReachable(cluster, move.to)) return isGivenUp(context, move.to);
  await Promise.all(added.map((each) => removeReplica(cluster, { ...each, reason: 'its move is given up' })));
  await cluster.cache.catchUp();
  return newReplicas(context).length === 0;
}

/** A replica that is not wanted any more stays stopped, and is removed like others of its service. */
async function startAgain({ cluster, record, move }: StepContext, { containerId, image }: Reservation): Promise<void> {
  if (record.isRemoved || containerId === undefined) return;
  const { value: engine } = cluster.cache.engine(move.from);
  try {
    await refreshContainers(cluster, move.from, [containerId]);
    const known = cluster.cache.containers.get(move.from, containerId);
    if (!known) return;
    if (hasRestartPolicy(image)) {
      const policy = { restart_policy: image.restart_policy };
      await cluster.pool.client(engine).updateContainer(containerId, policy, engine.cpus);
    }
    // Its claims are taken again: another container may have got its resources while it was stopped.
    if (!isAlive(known.summary))
      await startWithClaims(cluster, move.from, known.summary, (client) => client.startContainer(containerId));
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    // The service reconciler finds it stopped, and replaces it.
    cluster.logger.warn({ err: error, engineId: move.from, containerId }, 'replica not started again');
    await refreshContainer(cluster, move.from, containerId);
  }
}

/** Replicas that were on the engine when the move began, and still exist. */
function oldReplicas({ cluster, move }: StepContext): Reservation[] {
  return Object.values(move.replicas).flatMap((id) => cluster.cache.record(id)?.value ?? []);
}

/** Replicas created on the new engine, in the slots of the move. */
function newReplicas({ cluster, name, record, move }: Omit<StepContext, 'signal' | 'starting'>): Reservation[] {
  const old = new Set(Object.values(move.replicas));
  return cluster.cache
    .replicas(name, record.id)
    .filter((each) => each.engineId === move.to && move.replicas[each.replica.slot] && !old.has(each.id));
}

function isGivenUp({ cluster, record }: StepContext, engineId: string): boolean {
  const { cache } = cluster;
  if (!cache.hasEngine(engineId)) return true;
  return isLost(cache.engine(engineId).value, failurePolicy(cluster, record));
}
