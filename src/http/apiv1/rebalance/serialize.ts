import type { Balance, EngineLoad, Rebalance, RebalancePlan } from '../../../api/rebalance.ts';
import type { Rebalance as KnownRebalance } from '../../../model/rebalance.ts';
import type { Balance as KnownBalance, Load } from '../../../simulation/rebalance/balance.ts';
import type { RebalancePlan as Planned } from '../../../simulation/rebalance/plan-rebalance.ts';

export function serializePlan({ moves, unchanged, before, after, engines }: Planned): RebalancePlan {
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

export function serializeRebalance({ atOnce, state, startedAt, finishedAt, moves }: KnownRebalance): Rebalance {
  return { state, at_once: atOnce, started_at: startedAt, finished_at: finishedAt ?? null, moves };
}

function serializeBalance({ containers, cpuPercent, memoryPercent }: KnownBalance): Balance {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}

function serializeLoad({ containers, cpuPercent, memoryPercent }: Load): EngineLoad {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}
