import { isDeepStrictEqual } from 'node:util';
import { isOver, rebalanceId } from '../../model/rebalance.ts';
import { advance } from '../../simulation/rebalance/advance.ts';
import { ClusterRebalanceContext } from '../../simulation/rebalance/cluster-rebalance-context.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/**
 * Advances the active rebalance. It only decides which replicas move, and where to. The service reconcilers exchange
 * them, start-first and with health checks.
 */
export async function continueRebalance(cluster: Cluster, lease: Fence): Promise<void> {
  const { cache, store, logger } = cluster;
  const found = cache.rebalances.get(rebalanceId);
  if (!found || isOver(found.value)) return;
  const value = advance(found.value, new ClusterRebalanceContext(cluster), new Date().toISOString());
  if (isDeepStrictEqual(value, found.value)) return;
  // Conditional on the version: if a user stopped the rebalance meanwhile, the next pass sees it.
  const written = await store.write([{ kind: 'rebalance', id: rebalanceId, value, ifVersion: found.version }], {
    lease,
  });
  if (!written.ok) return;
  cache.apply({ kind: 'rebalance', id: rebalanceId, version: written.version, value });
  for (const [index, { state, ...move }] of value.moves.entries()) {
    if (state !== found.value.moves[index]?.state) logger.info({ ...move, state }, 'rebalance');
  }
}
