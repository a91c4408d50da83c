import type { DrainBlocker } from '../../api/drain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hasLocalVolume } from '../../model/image-config.ts';
import { classifyReservations, type Move, replace } from '../../simulation/rehearse-loss.ts';
import type { Cluster } from '../../state/cluster.ts';
import { blocker, noRoomBlocker } from './drain-blocker.ts';
import { updateEngine } from './update-engine.ts';
import { beginVolumeMoves, planVolumeMoves } from './volume-moves.ts';

export interface Drain {
  readonly moves: readonly Move[];
  /** Containers that stay, and why. */
  readonly blocked: readonly DrainBlocker[];
  /** Names of foreign containers. They stay, and do not block the drain. */
  readonly foreign: readonly string[];
}

/**
 * Drains an engine: each replica first gets a successor elsewhere, and stops when that is ready. Throws `drain_blocked`
 * if a container would have to stay; with `force` it stays, and everything else moves. Also throws what `updateEngine`
 * throws.
 */
export async function drainEngine(
  cluster: Cluster,
  engineId: string,
  { force, withVolumes = false }: DrainOptions,
): Promise<Drain> {
  const { volumeMoves, ...drain } = await planDrain(cluster, engineId, withVolumes);
  if (drain.blocked.length > 0 && !force) {
    const names = drain.blocked.map(({ container, message }) => `${container}: ${message}`).join('; ');
    throw new SatsumaError('drain_blocked', `engine ${engineId} cannot be emptied: ${names}`, {
      details: drain.blocked,
    });
  }
  await updateEngine(cluster, engineId, { intent: 'draining' });
  const stuck = await beginVolumeMoves(cluster, engineId, volumeMoves);
  const isStuck = new Set(stuck.map(({ container }) => container));
  const moves = [...drain.moves, ...volumeMoves].filter(({ replica }) => !isStuck.has(replica.name));
  return { ...drain, moves, blocked: [...drain.blocked, ...stuck] };
}

interface DrainOptions {
  readonly force: boolean;
  /** Replicas with volumes on the engine are stopped and moved together with their volumes. */
  readonly withVolumes?: boolean;
}

/** What a drain would do now; nothing is changed. Throws where there is no such engine. */
export async function previewDrain(
  cluster: Cluster,
  engineId: string,
  { withVolumes = false }: Pick<DrainOptions, 'withVolumes'>,
): Promise<Drain> {
  const { moves, volumeMoves, blocked, foreign } = await planDrain(cluster, engineId, withVolumes);
  return { moves: [...moves, ...volumeMoves], blocked, foreign };
}

async function planDrain(
  cluster: Cluster,
  engineId: string,
  withVolumes: boolean,
): Promise<Drain & { readonly volumeMoves: readonly Move[] }> {
  await cluster.cache.catchUp();
  cluster.cache.engine(engineId);
  const { movable, rest, stopped } = classifyReservations(cluster, engineId);
  const bound = movable.filter(({ image }) => hasLocalVolume(image));
  const withTheirs = withVolumes ? await planVolumeMoves(cluster, engineId, bound) : undefined;
  const { placed, unschedulable } = replace(
    cluster,
    engineId,
    movable.filter((each) => !bound.includes(each)),
    { order: 'start-first' },
  );
  return {
    moves: placed,
    volumeMoves: withTheirs?.moves ?? [],
    blocked: [
      ...rest
        .filter(({ isForeign }) => !isForeign)
        .map((each) => blocker(each, 'no_service', 'it belongs to no service')),
      ...stopped.map((each) => blocker(each, 'no_service', 'it is stopped, and belongs to no service')),
      ...(withTheirs?.blocked ??
        bound.map((each) => blocker(each, 'local_volume', 'its volume is on this engine only; see --with-volumes'))),
      ...unschedulable.map(({ replica, refused }) => noRoomBlocker(replica, refused)),
    ],
    foreign: rest.flatMap(({ name, isForeign }) => (isForeign ? [name] : [])).sort(),
  };
}
