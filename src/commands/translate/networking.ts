import type { Networking } from '../../compose/desired.ts';
import { networkingOn } from '../../compose/networks.ts';
import { hasEngine, type Scope } from '../../model/scope.ts';
import { activeMesh } from '../../state/active-mesh.ts';
import type { Cluster } from '../../state/cluster.ts';

/** How containers can reach each other on the engines that the caller may use. */
export function networkingWithin(cluster: Pick<Cluster, 'cache'>, scope: Scope | undefined): Networking {
  const engines = cluster.cache.engines().filter((engine) => hasEngine(scope, engine));
  return networkingOn(engines, activeMesh(cluster) !== undefined);
}
