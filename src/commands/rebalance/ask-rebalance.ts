import { SatsumaError } from '../../model/errors.ts';
import { isOver, type Rebalance, type RebalanceMove, rebalanceId } from '../../model/rebalance.ts';
import { planRebalance, type RebalancePlan } from '../../simulation/rebalance/plan-rebalance.ts';
import type { Cluster } from '../../state/cluster.ts';

interface StartedRebalance {
  readonly plan: RebalancePlan;
  readonly rebalance: Rebalance;
}

/** Starts the planned moves, at most `atOnce` at a time. Throws `rebalance_running`. */
export async function startRebalance(cluster: Cluster, atOnce: number): Promise<StartedRebalance> {
  const { store, cache } = cluster;
  const last = await store.read('rebalance', rebalanceId);
  if (last && !isOver(last.value)) throw running();
  const plan = await planRebalance(cluster);
  const moves = plan.moves.map((move): RebalanceMove => ({ ...move, state: 'waiting' }));
  const startedAt = new Date().toISOString();
  const rebalance: Rebalance =
    moves.length > 0
      ? { atOnce, state: 'running', startedAt, moves }
      : { atOnce, state: 'done', startedAt, finishedAt: startedAt, moves };
  const written = await store.write([
    { kind: 'rebalance', id: rebalanceId, value: rebalance, ifVersion: last?.version ?? 0 },
  ]);
  if (!written.ok) throw running();
  await cache.catchUp();
  return { plan, rebalance };
}

/** Starts no more moves; active ones are completed. Throws `no_rebalance`. */
export async function stopRebalance(cluster: Cluster): Promise<Rebalance> {
  const { store, cache } = cluster;
  for (;;) {
    const found = await store.read('rebalance', rebalanceId);
    if (!found || isOver(found.value)) throw new SatsumaError('no_rebalance', 'no rebalance is under way');
    const stopping: Rebalance = { ...found.value, state: 'stopping' };
    const written = await store.write([
      { kind: 'rebalance', id: rebalanceId, value: stopping, ifVersion: found.version },
    ]);
    if (!written.ok) continue;
    await cache.catchUp();
    return stopping;
  }
}

/** The active rebalance, or the last one. Undefined: there was none. */
export async function showRebalance({ store }: Cluster): Promise<Rebalance | undefined> {
  return (await store.read('rebalance', rebalanceId))?.value;
}

function running(): SatsumaError {
  return new SatsumaError('rebalance_running', 'a rebalance is under way: wait for it, or stop it first');
}
