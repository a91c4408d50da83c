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
  /** What stays where it is, and why. */
  readonly blocked: readonly DrainBlocker[];
  /** Names of what others started. It stays as well, and is in nobody's way. */
  readonly foreign: readonly string[];
}

/**
 * Empties an engine: each replica gets its successor elsewhere first, and stops when that one is ready. Refused, as
 * `drain_blocked`, where something would have to stay; with `force` that stays, and everything else goes. Throws besides
 * what `updateEngine` throws.
 */
export async function drainEngine(
  cluster: Cluster,
  engineId: string,
  { force, withVolumes = false }: DrainOptions,
): Promise<Drain> {
  await cluster.cache.catchUp();
  cluster.cache.engine(engineId);
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

export interface DrainOptions {
  readonly force: boolean;
  /** Replicas with volumes on the engine are stopped, and moved with them. */
  readonly withVolumes?: boolean;
}

async function planDrain(
  cluster: Cluster,
  engineId: string,
  withVolumes: boolean,
): Promise<Drain & { readonly volumeMoves: readonly Move[] }> {
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
      ...rest.filter(({ isForeign }) => !isForeign).map((each) => blocker(each, 'no_service', 'no service keeps it')),
      ...stopped.map((each) => blocker(each, 'no_service', 'it is stopped, and no service keeps it')),
      ...(withTheirs?.blocked ??
        bound.map((each) => blocker(each, 'local_volume', 'its volume is on this engine only; see --with-volumes'))),
      ...unschedulable.map(({ replica, refused }) => noRoomBlocker(replica, refused)),
    ],
    foreign: rest.flatMap(({ name, isForeign }) => (isForeign ? [name] : [])).sort(),
  };
}
