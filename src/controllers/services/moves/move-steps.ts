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

export interface StepContext {
  readonly cluster: Cluster;
  readonly name: string;
  readonly record: ServiceRecord;
  readonly move: ServiceMove;
  /** Aborts when the move has another phase, as when somebody stops it. */
  readonly signal: AbortSignal;
  /** Slots for which a replica is being started. */
  readonly starting: ReadonlySet<string>;
}

/** Every step may be done again, from its beginning: by a server that takes over. Undefined: it is not over yet. */
export type Step = (context: StepContext) => Promise<NextPhase | undefined>;

const refusedWithoutImage = 'its image is not on the engine, and never pulled';

/** The replicas serve on: whatever can be found out or fetched before they are stopped is. */
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

/** Docker would start a container with a restart policy again when its daemon is. */
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
  // What was started meanwhile may have written to what was copied before.
  await refuseRunningUsers(cluster, { volumes, from, containers: new Set() });
  return { phase: 'starting' };
};

/** An engine that is down is waited for: nothing depends on what is left there. */
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
      kept.push(`volume ${volume} of engine ${move.from} is not removed: ${error.message}`);
    }
  }
  return { phase: 'done', ...(kept.length > 0 && { message: kept.join('; ') }) };
};

/** First nothing runs on the other engine any more, then the old containers are started: never both. */
export const goBack: Step = async (context) => {
  const { cluster, move } = context;
  if (!(await areNewOnesGone(context))) return undefined;
  const { cache } = cluster;
  const from = cache.hasEngine(move.from) ? cache.engine(move.from).value : undefined;
  // What becomes of the replicas of a lost engine is for the service to say, as always.
  if (from && !isGivenUp(context, move.from)) {
    if (!isReachable(cluster, move.from)) return undefined;
    for (const each of oldReplicas(context)) await startAgain(context, each);
  }
  await discardMoved(cluster, move);
  return { phase: 'failed' };
};

async function areNewOnesGone(context: StepContext): Promise<boolean> {
  const { cluster, move, starting } = context;
  if (Object.keys(move.replicas).some((slot) => starting.has(slot))) return false;
  const added = newReplicas(context);
  if (added.length === 0) return true;
  if (!isReachable(cluster, move.to)) return isGivenUp(context, move.to);
  await Promise.all(added.map((each) => removeReplica(cluster, { ...each, reason: 'its move is given up' })));
  await cluster.cache.catchUp();
  return newReplicas(context).length === 0;
}

/** One that is not wanted any more stays stopped, and goes as others of its service do. */
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
    // What it held while it ran may be somebody else's by now.
    if (!isAlive(known.summary))
      await startWithClaims(cluster, move.from, known.summary, (client) => client.startContainer(containerId));
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    // The service finds it stopped, and has another one made.
    cluster.logger.warn({ err: error, engineId: move.from, containerId }, 'replica not started again');
    await refreshContainer(cluster, move.from, containerId);
  }
}

/** Of those that were on the engine when the move began, the ones that are still there. */
function oldReplicas({ cluster, move }: StepContext): Reservation[] {
  return Object.values(move.replicas).flatMap((id) => cluster.cache.record(id)?.value ?? []);
}

/** Those that were made on the other engine, in the slots of the move. */
export function newReplicas({ cluster, name, record, move }: Omit<StepContext, 'signal' | 'starting'>): Reservation[] {
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
