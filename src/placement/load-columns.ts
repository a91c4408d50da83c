import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import { RowLevels } from './row-levels.ts';

/** An engine that shrank, or that a person overloads, may use any percentage. */
const highestPercent = 200;

/**
 * What the strategies read of each engine, by columns and by levels. How full an engine is once something was placed on
 * it takes two products and two sums: `percentUsed + cpuMilli * percentPerCpuMilli + memoryMiB * percentPerMiB`, citadel's
 * mean of CPU and memory. It is spelled like that wherever it is computed, so that equal engines score equal to the last
 * bit.
 */
export class LoadColumns {
  readonly percentUsed: Float64Array;
  readonly percentPerCpuMilli: Float64Array;
  readonly percentPerMiB: Float64Array;
  readonly containers: Float64Array;
  /** Rounded down, and at most the highest level. */
  readonly byPercentUsed: RowLevels;
  readonly byContainers: RowLevels;
  #mostPerCpuMilli = 0;
  #mostPerMiB = 0;

  constructor(rowCount: number) {
    const column = () => new Float64Array(rowCount);
    this.percentUsed = column();
    this.percentPerCpuMilli = column();
    this.percentPerMiB = column();
    this.containers = column();
    this.byPercentUsed = new RowLevels(rowCount);
    this.byContainers = new RowLevels(rowCount);
  }

  set(row: number, engine: EngineSnapshot): void {
    const perCpuMilli = halfPercentPer(engine.cpuMilli);
    const perMiB = halfPercentPer(engine.memoryMiB);
    const percentUsed = engine.usedCpuMilli * perCpuMilli + engine.usedMemoryMiB * perMiB;
    this.percentPerCpuMilli[row] = perCpuMilli;
    this.percentPerMiB[row] = perMiB;
    this.percentUsed[row] = percentUsed;
    this.containers[row] = engine.holders.length;
    this.byPercentUsed.set(row, Math.min(Math.floor(percentUsed), highestPercent));
    this.byContainers.set(row, engine.holders.length);
    this.#mostPerCpuMilli = Math.max(this.#mostPerCpuMilli, perCpuMilli);
    this.#mostPerMiB = Math.max(this.#mostPerMiB, perMiB);
  }

  /** How full the engine is once that was placed on it. */
  percentWith(row: number, cpuMilli: number, memoryMiB: number): number {
    return (
      (this.percentUsed[row] as number) +
      cpuMilli * (this.percentPerCpuMilli[row] as number) +
      memoryMiB * (this.percentPerMiB[row] as number)
    );
  }

  /** No engine of that level of `byPercentUsed` is fuller than this once that was placed on it. */
  mostPercentWith(level: number, cpuMilli: number, memoryMiB: number): number {
    if (level === highestPercent) return Number.POSITIVE_INFINITY;
    return level + 1 + cpuMilli * this.#mostPerCpuMilli + memoryMiB * this.#mostPerMiB;
  }
}

/** CPU and memory count for a half each. Of what an engine has none of, nothing is used. */
function halfPercentPer(total: number): number {
  return total > 0 ? 50 / total : 0;
}
