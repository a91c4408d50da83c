import type { Networking } from '../../compose/desired.ts';
import { meshId } from '../../model/mesh.ts';
import { hasEngine, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';

/** How containers can reach each other on the engines that the caller may use. */
export function networkingWithin({ cache }: Pick<Cluster, 'cache'>, scope: Scope | undefined): Networking {
  const mesh = cache.meshes.get(meshId)?.value;
  if (mesh !== undefined && !mesh.ending) return { kind: 'mesh' };
  const [first, second] = cache.engines().filter((engine) => hasEngine(scope, engine));
  return first && !second ? { kind: 'engine', engine: first.id } : { kind: 'none' };
}
