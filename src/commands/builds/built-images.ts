import { refreshImages } from '../../engine-sync/refresh-containers.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import { withTimeout } from '../../runtime/with-timeout.ts';
import type { Cluster } from '../../state/cluster.ts';

/** An engine that does not tell its images holds up nobody for longer. */
const maxWaitMs = 2_000;

const refreshesOf = oneForEach<Cluster['cache'], Set<Promise<void>>>(() => new Set());

/** Looks at the images of an engine after a build, which may have added one. A failure is logged. */
export async function refreshBuilt(cluster: Cluster, engineId: string): Promise<void> {
  const refreshes = refreshesOf(cluster.cache);
  const refresh = refreshImages(cluster, engineId, undefined).catch((error: unknown) => {
    cluster.logger.warn({ err: error, engineId }, 'images not looked at after a build');
  });
  refreshes.add(refresh);
  await refresh.finally(() => refreshes.delete(refresh));
}

/** Whoever builds an image runs it next: resolves when it is known where the images are of builds that have ended. */
export async function builtImagesKnown({ cache }: Pick<Cluster, 'cache'>): Promise<void> {
  const refreshes = [...refreshesOf(cache)];
  if (refreshes.length > 0) await withTimeout(maxWaitMs, Promise.allSettled(refreshes));
}
