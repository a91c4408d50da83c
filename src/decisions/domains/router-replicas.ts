import type { RouterRecord } from '../../model/router.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';

interface RouterReplica {
  readonly engineId: string;
  readonly containerId: string;
  /** Its engine is reachable and reports it as running. */
  readonly isRunning: boolean;
}

/** The routers' containers, sorted by reservation id. A container that is being stopped counts until it is gone. */
export function routerReplicas(
  { cache }: Pick<Cluster, 'cache'>,
  { service }: Pick<RouterRecord, 'service'>,
): RouterReplica[] {
  const found = cache.services.get(service);
  if (!found) return [];
  return cache.replicas(service, found.value.id).flatMap((reservation) => {
    const { engineId, containerId } = reservation;
    if (reservation.state !== 'bound' || containerId === undefined || !cache.hasEngine(engineId)) return [];
    const isReachable = cache.engine(engineId).value.condition !== 'down';
    const seen = cache.containers.get(engineId, containerId)?.summary;
    return [{ engineId, containerId, isRunning: isReachable && seen !== undefined && isAlive(seen) }];
  });
}
