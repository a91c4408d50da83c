import { isSatsumaError } from '../model/errors.ts';
import { ignoreNotFound } from '../model/ignore-not-found.ts';
import { pause } from '../runtime/pause.ts';
import type { Cluster } from '../state/cluster.ts';
import { removeFromEngine } from '../state/containers/remove-from-engine.ts';

/** After an engine did not do it: it is asked again no sooner. */
const againMs = 1_000;

/** A container that has to go. */
export interface Removal {
  /** Its reservation's. */
  readonly id: string;
  readonly engineId: string;
  readonly containerId?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Stops a container, kindly, removes it and gives back what it held. May be done twice, by two servers. False: it was not done, and may be
 * tried again.
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
