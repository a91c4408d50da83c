import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { withEngineTimeout } from '../state/with-engine-timeout.ts';
import { resyncEngine } from './resync-engine.ts';

/**
 * Resyncs one or all engines now, so that following reads are current. An engine that does not answer in time keeps its
 * last known state, and is marked as down after its deadlines.
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
