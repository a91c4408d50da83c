import { isSatsumaError } from '../model/errors.ts';
import { ignoreNotFound } from '../model/ignore-not-found.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import { removeFromEngine } from '../state/containers/remove-from-engine.ts';

/** The minimum delay before a failed removal is repeated. */
const againMs = 1_000;

/** A container to remove. */
interface Removal {
  /** The id of its reservation. */
  readonly id: string;
  readonly engineId: string;
  readonly containerId?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Stops a container gracefully, removes it and releases its claims. Idempotent, also with several servers. False: it
 * failed, and may be retried.
 */
export async function removeReplica(
  cluster: Cluster,
  { id, engineId, containerId, reason }: Removal,
): Promise<boolean> {
  const { pool, cache, store, logger } = cluster;
  if (containerId === undefined || !cache.hasEngine(engineId)) return false;
  const client = pool.client(cache.engine(engineId).value);
  const fields = { engineId, containerId, reservationId: id, reason };
  try {
    await client.stopContainer(containerId).catch(ignoreNotFound);
    await removeFromEngine(cluster, client, { engineId, containerId });
    await store.release(id);
    logger.info(fields, 'replica removed');
    return true;
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    logger.warn({ ...fields, err: error }, 'replica not removed yet');
    await pause(againMs, AbortSignal.timeout(againMs));
    return false;
  }
}
