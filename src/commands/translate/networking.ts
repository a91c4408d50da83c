import type { Networking } from '../../compose/desired.ts';
import { networkingOn } from '../../compose/networks.ts';
import { meshId } from '../../model/mesh.ts';
import { hasEngine, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';

/** How containers can reach each other on the engines that the caller may use. */
export function networkingWithin({ cache }: Pick<Cluster, 'cache'>, scope: Scope | undefined): Networking {
  const mesh = cache.meshes.get(meshId)?.value;
  const engines = cache.engines().filter((engine) => hasEngine(scope, engine));
  return networkingOn(engines, mesh !== undefined && !mesh.ending);
}
