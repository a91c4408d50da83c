import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { SparseRows } from '../model/sparse-rows.ts';
import type { Ladder } from './best-rows.ts';
import { RowLevels } from './row-levels.ts';
import { type Fullness, SizeClass } from './size-class.ts';

/**
 * The strategies' view of the engines: columns, and rows by usage. The usage after a placement, citadel's mean of CPU
 * and memory, takes two multiplications and two additions: `percentUsed + cpuMilli * percentPerCpuMilli + memoryMiB *
 * percentPerMiB`. It is computed in this order everywhere, so that equal engines have bitwise equal scores.
 */
export class LoadColumns {
  readonly containerLadder: ContainerLadder;
  readonly #rowCount: number;
  readonly percentUsed: Float64Array;
  readonly percentPerCpuMilli: Float64Array;
  readonly percentPerMiB: Float64Array;
  readonly containers: Float64Array;
  readonly #sizes = new Map<string, SizeClass>();
  readonly #sizeOf: (SizeClass | undefined)[];

  constructor(rowCount: number) {
    const column = () => new Float64Array(rowCount);
    this.#rowCount = rowCount;
    this.percentUsed = column();
    this.percentPerCpuMilli = column();
    this.percentPerMiB = column();
    this.containers = column();
    this.containerLadder = new ContainerLadder(rowCount);
    this.#sizeOf = Array.from({ length: rowCount });
  }

  /** Rows by usage, separately for each size class. */
  get sizes(): Iterable<SizeClass> {
    return this.#sizes.values();
  }

  set(row: number, engine: EngineSnapshot): void {
    const fullness = fullnessOf(engine);
    this.percentUsed[row] = fullness.percentUsed;
    this.percentPerCpuMilli[row] = fullness.percentPerCpuMilli;
    this.percentPerMiB[row] = fullness.percentPerMiB;
    this.containers[row] = engine.holders.length;
    this.containerLadder.set(row, engine.holders.length);
    const size = this.#sizeFor(SizeClass.of(fullness));
    if (this.#sizeOf[row] !== size) this.#sizeOf[row]?.delete(row);
    this.#sizeOf[row] = size;
    size.set(row, fullness);
  }

  #sizeFor(name: string): SizeClass {
    const size = this.#sizes.get(name) ?? new SizeClass(this.#rowCount);
    this.#sizes.set(name, size);
    return size;
  }
}

function fullnessOf(engine: EngineSnapshot): Fullness {
  const percentPerCpuMilli = halfPercentPer(engine.cpuMilli);
  const percentPerMiB = halfPercentPer(engine.memoryMiB);
  const percentUsed = engine.usedCpuMilli * percentPerCpuMilli + engine.usedMemoryMiB * percentPerMiB;
  return { percentUsed, percentPerCpuMilli, percentPerMiB };
}

/** CPU and memory count half each. A missing resource counts as unused. */
function halfPercentPer(total: number): number {
  return total > 0 ? 50 / total : 0;
}

/** Engines by number of containers, ascending. */
class ContainerLadder implements Ladder {
  readonly #levels: RowLevels;

  constructor(rowCount: number) {
    this.#levels = new RowLevels(rowCount);
  }

  set(row: number, containers: number): void {
    this.#levels.set(row, containers);
  }

  get stepCount(): number {
    return this.#levels.count;
  }

  rowsOn(step: number): SparseRows {
    return this.#levels.at(step);
  }

  mostOn(step: number): number {
    return -step;
  }
}
