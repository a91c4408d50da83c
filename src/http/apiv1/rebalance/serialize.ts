import type { Rebalance } from '../../../model/rebalance.ts';
import type { Balance, Load, Range } from '../../../simulation/rebalance/balance.ts';
import type { RebalancePlan } from '../../../simulation/rebalance/plan-rebalance.ts';

export function serializePlan({ moves, unchanged, before, after, engines }: RebalancePlan): object {
  return {
    moves,
    stays: unchanged,
    gain: { before: serializeBalance(before), after: serializeBalance(after) },
    engines: engines.map((each) => ({
      engine: each.engine,
      before: serializeLoad(each.before),
      after: serializeLoad(each.after),
    })),
  };
}

export function serializeRebalance({ atOnce, state, startedAt, finishedAt, moves }: Rebalance): object {
  return { state, at_once: atOnce, started_at: startedAt, finished_at: finishedAt ?? null, moves };
}

function serializeBalance({ containers, cpuPercent, memoryPercent }: Balance): Record<string, Range> {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}

function serializeLoad({ containers, cpuPercent, memoryPercent }: Load): object {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}
