import { canonicalImageName } from '../../model/image-name.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isKnownStopped } from '../../state/containers/stopped.ts';
import type { StateCache } from '../../state/state-cache.ts';
import { showService } from './show-service.ts';

/** The number of ready replicas of a service, including earlier templates. Throws `no_such_service`. */
export async function countReady(cluster: Cluster, service: string): Promise<number> {
  const { replicas } = await showService(cluster, service);
  return replicas.filter(({ view }) => view.state === 'ready').length;
}

/** The number of running containers of an image, foreign ones included, optionally without those of one service. */
export async function countImage({ cache }: Cluster, image: string, except?: string): Promise<number> {
  await cache.catchUp();
  const canonicalName = canonicalImageName(image);
  return cache
    .reservations()
    .filter(({ replica }) => except === undefined || replica?.service !== except)
    .filter((each) => canonicalImageName(each.image.name) === canonicalName && isRunning(cache, each)).length;
}

/** By the engine's last report, and only if the engine is reachable. */
function isRunning(cache: StateCache, { state, isAtRest, engineId, containerId = '' }: Reservation): boolean {
  if (state !== 'bound' || isAtRest || !cache.hasEngine(engineId)) return false;
  if (cache.engine(engineId).value.condition === 'down') return false;
  return !isKnownStopped(cache.containers.get(engineId, containerId));
}
