import { setImmediate as breath } from 'node:timers/promises';
import type { PlannedMove } from '../../model/rebalance.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type Balance, balanceOf, type Load, loadOf } from './balance.ts';
import type { Hold } from './find-better.ts';
import { planMoves } from './plan-moves.ts';
import { type HeldReplica, sortOutReplicas } from './sort-out.ts';

export interface RebalancePlan {
  readonly moves: readonly PlannedMove[];
  readonly stays: readonly Stay[];
  readonly before: Balance;
  readonly after: Balance;
  /** The engines that something comes to or goes from, sorted by id. */
  readonly engines: readonly { readonly engine: string; readonly before: Load; readonly after: Load }[];
}

/** How many replicas of a service stay where they are although another engine might be better, and why. */
export interface Stay extends Hold {
  readonly service: string;
  readonly replicas: number;
}

/** Other requests are not to wait for longer. */
const atAStretchMs = 20;

/** What a rebalance would do as things are, and what would be gained. Changes nothing. */
export async function planRebalance(cluster: Cluster): Promise<RebalancePlan> {
  await cluster.cache.catchUp();
  const engines = cluster.cache.snapshots();
  const sorted = sortOutReplicas(cluster);
  const { moves, held, after } = await unhurried(planMoves(cluster, engines, sorted.movables));
  const touched = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const better = new Map(after.map((engine) => [engine.id, engine]));
  return {
    moves,
    stays: countStays([
      ...sorted.held,
      ...held.map(({ movable: { replica }, hold }) => ({ service: replica.service, hold })),
    ]),
    before: balanceOf(engines),
    after: balanceOf(after),
    engines: engines
      .filter(({ id }) => touched.has(id))
      .map((engine) => ({ engine: engine.id, before: loadOf(engine), after: loadOf(better.get(engine.id) ?? engine) })),
  };
}

async function unhurried<T>(work: Generator<undefined, T>): Promise<T> {
  for (let begin = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < begin + atAStretchMs) continue;
    await breath();
    begin = performance.now();
  }
}

function countStays(held: readonly HeldReplica[]): Stay[] {
  const counts = new Map<string, Stay>();
  for (const { service, hold } of held) {
    const key = JSON.stringify([service, hold.code, hold.message]);
    counts.set(key, { service, replicas: (counts.get(key)?.replicas ?? 0) + 1, ...hold });
  }
  return [...counts.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}
