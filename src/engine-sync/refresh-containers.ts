import { isSatsumaError } from '../model/errors.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';
import { publishObservation } from './publish-observation.ts';
import { reconcileContainers } from './reconcile.ts';
import { resyncEngine } from './resync-engine.ts';

/** Per query: ids are part of its URL. */
export const maxRefreshed = 100;

const nothingExpired: ReadonlySet<string> = new Set();

/**
 * Queries an engine about at most `maxRefreshed` containers, and updates the cache and the ledger. Throws the engine's
 * error. False: the whole engine must be resynced.
 */
export async function refreshContainers(cluster: Cluster, engineId: string, ids: readonly string[]): Promise<boolean> {
  const { cache, pool, clock } = cluster;
  // Read before the query: later records may be missing from the answer.
  await cache.catchUp();
  const requested = new Set<string | undefined>(ids);
  const recorded = cache.records(engineId).filter(({ value }) => value.containerId && requested.has(value.containerId));
  const askedAt = clock.now();
  const containers = await pool.client(cache.engine(engineId).value).listContainers({ ids });
  if (containers.leftOut) return false;
  cache.containers.refresh(engineId, ids, containers, askedAt);
  const { isWhole, isAdopted } = await reconcileContainers(cluster, { engineId, recorded, containers }, nothingExpired);
  return isWhole && !isAdopted;
}

/**
 * The same for one container that the caller changed. If the query fails or is not sufficient, the engine is fully
 * resynced.
 */
export async function refreshContainer(cluster: Cluster, engineId: string, id: string): Promise<void> {
  const isEnough = await refreshContainers(cluster, engineId, [id]).catch((error: unknown) => {
    if (!isSatsumaError(error)) throw error;
    return false;
  });
  if (!isEnough) await resyncEngine(cluster, engineId);
}

/** The same for images. Throws the engine's error. */
export async function refreshImages(cluster: Cluster, engineId: string, fence: Fence | undefined): Promise<void> {
  const { cache, pool, clock } = cluster;
  await cache.catchUp();
  const { version } = cache;
  const images = new Set(await pool.client(cache.engine(engineId).value).listImages());
  const observation = { ...cache.observation(engineId), observedAt: timestamp(clock), version, images };
  cache.observed(engineId, observation);
  await publishObservation(cluster, engineId, observation, fence);
}
