import type { DrainBlocker } from '../../api/drain.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hasLocalVolume } from '../../model/image-config.ts';
import type { Reservation } from '../../model/reservation.ts';
import { classifyReservations, type Move, replace } from '../../simulation/rehearse-loss.ts';
import type { Cluster } from '../../state/cluster.ts';
import { updateEngine } from './update-engine.ts';

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
export async function drainEngine(cluster: Cluster, engineId: string, { force }: { force: boolean }): Promise<Drain> {
  await cluster.cache.catchUp();
  cluster.cache.engine(engineId);
  const drain = planDrain(cluster, engineId);
  if (drain.blocked.length > 0 && !force) {
    const names = drain.blocked.map(({ container, message }) => `${container}: ${message}`).join('; ');
    throw new SatsumaError('drain_blocked', `engine ${engineId} cannot be emptied: ${names}`, {
      details: drain.blocked,
    });
  }
  await updateEngine(cluster, engineId, { intent: 'draining' });
  return drain;
}

function planDrain(cluster: Cluster, engineId: string): Drain {
  const { movable, rest, stopped } = classifyReservations(cluster, engineId);
  const bound = movable.filter(({ image }) => hasLocalVolume(image));
  const { placed, unschedulable } = replace(
    cluster,
    engineId,
    movable.filter((each) => !bound.includes(each)),
  );
  return {
    moves: placed,
    blocked: [
      ...rest.filter(({ isForeign }) => !isForeign).map((each) => blocker(each, 'no_service', 'no service keeps it')),
      ...stopped.map((each) => blocker(each, 'no_service', 'it is stopped, and no service keeps it')),
      ...bound.map((each) => blocker(each, 'local_volume', 'its volume is on this engine only')),
      ...unschedulable.map(({ replica, refused }) => {
        const isFor = (wanted: string) =>
          refused.engines.length > 0 && refused.engines.every(({ code }) => code === wanted);
        if (isFor('port_taken')) {
          return blocker(replica, 'host_port', 'its host port is taken on every other engine', refused);
        }
        // It needs another container on its engine, and the reason names that one.
        const [beside] = isFor('other_engine') ? refused.engines : [];
        return blocker(replica, 'no_room', beside?.message ?? 'no other engine can take it', refused);
      }),
    ],
    foreign: rest.flatMap(({ name, isForeign }) => (isForeign ? [name] : [])).sort(),
  };
}

function blocker(
  { name, replica }: Reservation,
  code: DrainBlocker['code'],
  message: string,
  details?: unknown,
): DrainBlocker {
  return {
    container: name,
    ...(replica && { service: replica.service }),
    code,
    message,
    ...(details ? { details } : {}),
  };
}
