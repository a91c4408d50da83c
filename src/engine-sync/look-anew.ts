import { isSatsumaError } from '../model/errors.ts';
import { inTime } from '../runtime/in-time.ts';
import type { Cluster } from '../state/cluster.ts';
import { observeEngine } from './observe-engine.ts';

/**
 * Looks at the engines now, one or all, so that what is told of them next is not older. An engine that does not answer in
 * time keeps what was known of it, and is found to be down as soon as its deadlines are over.
 */
export async function lookAnew(cluster: Cluster, engineId?: string): Promise<void> {
  await cluster.mirror.catchUp();
  const ids = engineId === undefined ? cluster.mirror.snapshots().map(({ id }) => id) : [engineId];
  await Promise.all(
    ids.map((id) =>
      inTime(observeEngine(cluster, id), id).catch((error: unknown) => {
        if (!isSatsumaError(error, 'engine_timeout')) throw error;
      }),
    ),
  );
}
