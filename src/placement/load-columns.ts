import type { EngineSnapshot } from '../model/engine-snapshot.ts';

/**
 * What the strategies read of each engine, by columns. How full an engine is once something was placed on it takes two
 * products and two sums: `percentUsed + cpuMilli * percentPerCpuMilli + memoryMiB * percentPerMiB`, citadel's mean of
 * CPU and memory. It is spelled like that wherever it is computed, so that equal engines score equal to the last bit.
 */
export class LoadColumns {
  readonly percentUsed: Float64Array;
  readonly percentPerCpuMilli: Float64Array;
  readonly percentPerMiB: Float64Array;
  readonly containers: Float64Array;
  /** A hash of each id, for orders that are to look random. */
  readonly idHash: Uint32Array;

  constructor(engines: readonly EngineSnapshot[]) {
    const column = () => new Float64Array(engines.length);
    this.percentUsed = column();
    this.percentPerCpuMilli = column();
    this.percentPerMiB = column();
    this.containers = column();
    this.idHash = Uint32Array.from(engines, ({ id }) => hash(id));
  }

  set(row: number, engine: EngineSnapshot): void {
    const perCpuMilli = halfPercentPer(engine.cpuMilli);
    const perMiB = halfPercentPer(engine.memoryMiB);
    this.percentPerCpuMilli[row] = perCpuMilli;
    this.percentPerMiB[row] = perMiB;
    this.percentUsed[row] = engine.usedCpuMilli * perCpuMilli + engine.usedMemoryMiB * perMiB;
    this.containers[row] = engine.holders.length;
  }
}

/** CPU and memory count for a half each. Of what an engine has none of, nothing is used. */
function halfPercentPer(total: number): number {
  return total > 0 ? 50 / total : 0;
}

/** FNV-1a (Fowler, Noll, Vo). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
