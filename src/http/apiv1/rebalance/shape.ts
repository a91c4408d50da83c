import type { Rebalance } from '../../../model/rebalance.ts';
import type { Balance, Load, Range } from '../../../simulation/rebalance/balance.ts';
import type { RebalancePlan } from '../../../simulation/rebalance/plan-rebalance.ts';

export function planShape({ moves, stays, before, after, engines }: RebalancePlan): object {
  return {
    moves,
    stays,
    gain: { before: balanceShape(before), after: balanceShape(after) },
    engines: engines.map((each) => ({
      engine: each.engine,
      before: loadShape(each.before),
      after: loadShape(each.after),
    })),
  };
}

export function rebalanceShape({ atOnce, state, startedAt, finishedAt, moves }: Rebalance): object {
  return { state, at_once: atOnce, started_at: startedAt, finished_at: finishedAt ?? null, moves };
}

function balanceShape({ containers, cpuPercent, memoryPercent }: Balance): Record<string, Range> {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}

function loadShape({ containers, cpuPercent, memoryPercent }: Load): object {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}
