import { isDeepStrictEqual } from 'node:util';
import { isOver, rebalanceId } from '../../model/rebalance.ts';
import { advance } from '../../simulation/rebalance/advance.ts';
import { ClusterRebalanceContext } from '../../simulation/rebalance/cluster-rebalance-context.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/**
 * Takes the rebalance that was asked for a step further. It only says which replicas are to be exchanged, and where to; the
 * services' own loop does it, start-first and by their health.
 */
export async function continueRebalance(cluster: Cluster, lease: Fence): Promise<void> {
  const { cache, store, logger } = cluster;
  const found = cache.rebalances.get(rebalanceId);
  if (!found || isOver(found.value)) return;
  const value = advance(found.value, new ClusterRebalanceContext(cluster), new Date().toISOString());
  if (isDeepStrictEqual(value, found.value)) return;
  // Whoever stopped it meanwhile is heard next time.
  const written = await store.write([{ kind: 'rebalance', id: rebalanceId, value, ifVersion: found.version }], {
    lease,
  });
  if (!written.ok) return;
  cache.apply({ kind: 'rebalance', id: rebalanceId, version: written.version, value });
  for (const [index, { state, ...move }] of value.moves.entries()) {
    if (state !== found.value.moves[index]?.state) logger.info({ ...move, state }, 'rebalance');
  }
}
