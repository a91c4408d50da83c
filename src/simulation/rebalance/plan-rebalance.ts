import { setImmediate as breath } from 'node:timers/promises';
import type { PlannedMove } from '../../model/rebalance.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type Balance, balanceOf, type Load, loadOf } from './balance.ts';
import { type BlockedReplica, classifyReplicas } from './classify-replicas.ts';
import type { MoveBlocker } from './find-better.ts';
import { planMoves } from './plan-moves.ts';

export interface RebalancePlan {
  readonly moves: readonly PlannedMove[];
  readonly unchanged: readonly UnchangedReplicas[];
  readonly before: Balance;
  readonly after: Balance;
  /** The engines that gain or lose replicas, sorted by id. */
  readonly engines: readonly { readonly engine: string; readonly before: Load; readonly after: Load }[];
}

/** How many replicas of a service stay, although another engine might be better, and why. */
interface UnchangedReplicas extends MoveBlocker {
  readonly service: string;
  readonly replicas: number;
}

/** The maximum time that other requests wait. */
const atAStretchMs = 20;

/** Plans a rebalance, with its benefit. Changes nothing. */
export async function planRebalance(cluster: Cluster): Promise<RebalancePlan> {
  await cluster.cache.catchUp();
  const engines = cluster.cache.snapshots();
  const sorted = classifyReplicas(cluster);
  const { moves, blocked, after } = await runInSlices(planMoves(cluster, engines, sorted.movables));
  const touched = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const better = new Map(after.map((engine) => [engine.id, engine]));
  return {
    moves,
    unchanged: countUnchanged([
      ...sorted.blocked,
      ...blocked.map(({ movable: { replica }, blocker }) => ({ service: replica.service, blocker })),
    ]),
    before: balanceOf(engines),
    after: balanceOf(after),
    engines: engines
      .filter(({ id }) => touched.has(id))
      .map((engine) => ({ engine: engine.id, before: loadOf(engine), after: loadOf(better.get(engine.id) ?? engine) })),
  };
}

async function runInSlices<T>(work: Generator<undefined, T>): Promise<T> {
  for (let begin = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < begin + atAStretchMs) continue;
    await breath();
    begin = performance.now();
  }
}

function countUnchanged(blocked: readonly BlockedReplica[]): UnchangedReplicas[] {
  const counts = new Map<string, UnchangedReplicas>();
  for (const { service, blocker } of blocked) {
    const key = JSON.stringify([service, blocker.code, blocker.message]);
    counts.set(key, { service, replicas: (counts.get(key)?.replicas ?? 0) + 1, ...blocker });
  }
  return [...counts.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}
