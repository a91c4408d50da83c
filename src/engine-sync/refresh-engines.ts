import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { withEngineTimeout } from '../state/with-engine-timeout.ts';
import { resyncEngine } from './resync-engine.ts';

/**
 * Resyncs the engines now, one or all, so that what is told of them next is not older. An engine that does not answer in
 * time keeps what was known of it, and is found to be down as soon as its deadlines are over.
 */
export async function refreshEngines(cluster: Cluster, engineId?: string): Promise<void> {
  await cluster.cache.catchUp();
  const ids = engineId === undefined ? cluster.cache.snapshots().map(({ id }) => id) : [engineId];
  await Promise.all(
    ids.map((id) =>
      withEngineTimeout(resyncEngine(cluster, id), id).catch((error: unknown) => {
        if (!isSatsumaError(error, 'engine_timeout')) throw error;
      }),
    ),
  );
}
