import { isOver, type RebalanceMove, rebalanceId } from '../../model/rebalance.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Whether a rebalance is active and has to be advanced. */
export function isRebalancing({ cache }: Cluster): boolean {
  const rebalance = cache.rebalances.get(rebalanceId)?.value;
  return rebalance !== undefined && !isOver(rebalance);
}

/** The active move of the replica in a slot, if there is one. */
export function moveUnderWay({ cache }: Cluster, service: string, slot: string): RebalanceMove | undefined {
  const rebalance = cache.rebalances.get(rebalanceId)?.value;
  if (!rebalance || isOver(rebalance)) return undefined;
  return rebalance.moves.find((each) => each.state === 'moving' && each.service === service && each.slot === slot);
}
