import { canonicalImageName } from '../../model/image-name.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isKnownStopped } from '../../state/containers/stopped.ts';
import type { StateCache } from '../../state/state-cache.ts';
import { showService } from './show-service.ts';

/** How many replicas of a service are ready, those of an earlier template included. Throws `no_such_service`. */
export async function countReady(cluster: Cluster, service: string): Promise<number> {
  const { replicas } = await showService(cluster, service);
  return replicas.filter(({ view }) => view.state === 'ready').length;
}

/** How many containers of an image run, whoever started them; without those of one service, where it is named. */
export async function countImage({ cache }: Cluster, image: string, except?: string): Promise<number> {
  await cache.catchUp();
  const wanted = canonicalImageName(image);
  return cache
    .reservations()
    .filter(({ replica }) => except === undefined || replica?.service !== except)
    .filter((each) => canonicalImageName(each.image.name) === wanted && isRunning(cache, each)).length;
}

/** As far as its engine was seen last, and can be seen now. */
function isRunning(cache: StateCache, { state, isAtRest, engineId, containerId = '' }: Reservation): boolean {
  if (state !== 'bound' || isAtRest || !cache.hasEngine(engineId)) return false;
  if (cache.engine(engineId).value.condition === 'down') return false;
  return !isKnownStopped(cache.containers.get(engineId, containerId));
}
