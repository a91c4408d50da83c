import type { DrainBlocker } from '../../api/drain.ts';
import { enginesWithVolumes } from '../../execution/volumes/engines-with-volumes.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { namedVolumes } from '../../model/image-needs.ts';
import { except, type RowFilter } from '../../placement/row-filter.ts';
import { type Move, replace } from '../../simulation/rehearse-loss.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ReplicaReservation } from '../../state/reservation-index.ts';
import { moveService } from '../services/move-service.ts';
import { planMove } from '../services/plan-move.ts';
import { blocker, noRoomBlocker } from './drain-blocker.ts';

/**
 * Plans where the replicas with volumes of a drained engine move, all of a service together, and why some cannot.
 * Changes nothing.
 */
export async function planVolumeMoves(
  cluster: Cluster,
  engineId: string,
  replicas: readonly ReplicaReservation[],
): Promise<{ readonly moves: readonly Move[]; readonly blocked: readonly DrainBlocker[] }> {
  const moves: Move[] = [];
  const blocked: DrainBlocker[] = [];
  const services = new Map(replicas.map(({ replica, image }) => [replica.service, image]));
  const preferred = await withoutTheirVolumes(cluster, services);
  const { placed, unschedulable } = replace(cluster, engineId, replicas, { order: 'stop-first', preferred });
  const full = new Map(unschedulable.map(({ replica, refused }) => [replica.id, refused]));
  for (const service of services.keys()) {
    const ofService = replicas.filter(({ replica }) => replica.service === service);
    const record = cluster.cache.services.get(service)?.value;
    const to = placed.find(({ replica }) => replica.replica.service === service)?.engine;
    if (!record || to === undefined) {
      blocked.push(...ofService.map((each) => noRoomBlocker(each, full.get(each.id))));
      continue;
    }
    try {
      await planMove(cluster, service, record, { to, from: engineId });
      moves.push(...ofService.map((replica) => ({ replica, engine: to })));
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      blocked.push(...ofService.map((each) => blocker(each, 'local_volume', error.message, error.details)));
    }
  }
  return { moves, blocked };
}

/** By service: the engines that have no volume with the name of one of its volumes. */
async function withoutTheirVolumes(
  cluster: Cluster,
  services: ReadonlyMap<string, ImageConfig>,
): Promise<ReadonlyMap<string, RowFilter>> {
  const taken = await enginesWithVolumes(cluster, new Set([...services.values()].flatMap(namedVolumes)));
  const filterOf = (image: ImageConfig) =>
    except(...namedVolumes(image).flatMap((name) => [...(taken.get(name) ?? [])]));
  return new Map([...services].map(([service, image]) => [service, filterOf(image)]));
}

/** Returns why some moves could not begin. */
export async function beginVolumeMoves(
  cluster: Cluster,
  engineId: string,
  moves: readonly Move[],
): Promise<readonly DrainBlocker[]> {
  const blocked: DrainBlocker[] = [];
  const targets = new Map(moves.map(({ replica, engine }) => [replica.replica.service, engine]));
  for (const [service, to] of targets) {
    try {
      await moveService(cluster, service, { to, from: engineId });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      const ofService = moves.filter(({ replica }) => replica.replica.service === service);
      blocked.push(...ofService.map(({ replica }) => blocker(replica, 'local_volume', error.message)));
    }
  }
  return blocked;
}
