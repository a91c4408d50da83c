import type { EngineSnapshot } from '../../model/engine-snapshot.ts';

/** The balance of the engines: the minimum and maximum of each value. */
export interface Balance {
  readonly containers: Range;
  /** Of the schedulable CPUs. */
  readonly cpuPercent: Range;
  readonly memoryPercent: Range;
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** The load of one engine. */
export interface Load {
  readonly containers: number;
  readonly cpuPercent: number;
  readonly memoryPercent: number;
}

/** Over all active engines. */
export function balanceOf(engines: readonly EngineSnapshot[]): Balance {
  const loads = engines.filter(({ status }) => status === 'ok').map(loadOf);
  return {
    containers: rangeOf(loads.map(({ containers }) => containers)),
    cpuPercent: rangeOf(loads.map(({ cpuPercent }) => cpuPercent)),
    memoryPercent: rangeOf(loads.map(({ memoryPercent }) => memoryPercent)),
  };
}

export function loadOf(engine: EngineSnapshot): Load {
  return {
    containers: engine.holders.length,
    cpuPercent: percent(engine.usedCpuMilli, engine.cpuMilli),
    memoryPercent: percent(engine.usedMemoryMiB, engine.memoryMiB),
  };
}

function rangeOf(values: readonly number[]): Range {
  return values.reduce(({ least, most }, value) => ({ least: Math.min(least, value), most: Math.max(most, value) }), {
    least: values[0] ?? 0,
    most: values[0] ?? 0,
  });
}

function percent(used: number, total: number): number {
  return total > 0 ? Math.round((100 * used) / total) : 0;
}
