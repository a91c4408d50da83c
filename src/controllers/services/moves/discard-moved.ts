import { holdCopy } from '../../../execution/volumes/copy-lease.ts';
import { discardCopy, removePart } from '../../../execution/volumes/discard-copy.ts';
import { isSatsumaError } from '../../../model/errors.ts';
import { copyIdOf, type ServiceMove } from '../../../model/service-move.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { isReachable } from '../../remove-leftovers.ts';

/**
 * Removes the volumes that an abandoned move has copied, complete or not. On an unreachable engine they stay;
 * incomplete ones are removed when it is back.
 */
export async function discardMoved(cluster: Cluster, move: ServiceMove): Promise<void> {
  const { cache, pool, logger } = cluster;
  if (!isReachable(cluster, move.to)) return;
  for (const [index, name] of move.volumes.entries()) {
    const id = copyIdOf(move, index);
    const lease = await holdCopy(cluster, id);
    // A server that is still copying is about to end, and removes the copy itself.
    if (!lease) continue;
    try {
      await cache.catchUp();
      const left = cache.volumeCopies.get(id);
      if (left) await discardCopy(cluster, { id, value: left.value, fence: lease.fence });
      await removePart(pool.client(cache.engine(move.to).value), { id, name });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      logger.warn({ err: error, engineId: move.to, volume: name }, 'copy of a volume not removed');
    } finally {
      await lease.end();
    }
  }
}
