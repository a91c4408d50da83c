import type { OthersOnEngine } from '../../api/engine.ts';
import { claimKeys } from '../../model/claim.ts';
import { projectOf } from '../../model/image-config.ts';
import type { Reservation } from '../../model/reservation.ts';
import { hasProject, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { enginesWithin } from '../../state/scopes.ts';

/**
 * What is promised on the engines of the scope to containers that the scope does not show: sizes alone, largest first,
 * so that not even their order tells something. Without a scope there are no such containers.
 */
export async function sizesOfOthers(cluster: Cluster, scope: Scope | undefined): Promise<OthersOnEngine[]> {
  if (!scope?.projects) return [];
  const { cache } = cluster;
  await cache.catchUp();
  const isOther = ({ isForeign, image }: Reservation) => isForeign || !hasProject(scope, projectOf(image));
  return enginesWithin(cluster, scope, undefined).flatMap(({ id }) => {
    const sizes = cache
      .reservations(id)
      .filter(isOther)
      .map(sizeOf)
      .filter(({ cpus, memory }) => cpus > 0 || memory > 0)
      .sort((a, b) => b.memory - a.memory || b.cpus - a.cpus);
    return sizes.length === 0 ? [] : [{ engine: id, sizes }];
  });
}

function sizeOf({ claims }: Reservation): OthersOnEngine['sizes'][number] {
  const amount = (key: string) => claims.reduce((sum, claim) => (claim.key === key ? sum + claim.amount : sum), 0);
  return { cpus: amount(claimKeys.cpu) / 1000, memory: amount(claimKeys.memory) };
}
