import type { SparseRows } from '../model/sparse-rows.ts';
import type { Ask, Ladder } from './best-rows.ts';
import { RowLevels } from './row-levels.ts';

/** An engine that shrank may use any percentage. */
const highestPercent = 200;

/** How much of an engine a thousandth of a CPU is, and a MiB, and how much is used. */
export interface Fullness {
  readonly percentUsed: number;
  readonly percentPerCpuMilli: number;
  readonly percentPerMiB: number;
}

/**
 * Engines of about one size by how full they are. Apart from those of other sizes: what is an eighth of a small engine is
 * nothing to a large one, and whoever looks for the fullest would have to expect the eighth everywhere.
 */
export class SizeClass implements Ladder {
  readonly #levels: RowLevels;
  #mostPerCpuMilli = 0;
  #mostPerMiB = 0;

  constructor(rowCount: number) {
    this.#levels = new RowLevels(rowCount);
  }

  /** Equal for engines of one class: neither of their CPUs nor of their memory has one the double of the other. */
  static of({ percentPerCpuMilli, percentPerMiB }: Fullness): string {
    return `${power(percentPerCpuMilli)} ${power(percentPerMiB)}`;
  }

  set(row: number, { percentUsed, percentPerCpuMilli, percentPerMiB }: Fullness): void {
    this.#levels.set(row, Math.min(Math.floor(percentUsed), highestPercent));
    this.#mostPerCpuMilli = Math.max(this.#mostPerCpuMilli, percentPerCpuMilli);
    this.#mostPerMiB = Math.max(this.#mostPerMiB, percentPerMiB);
  }

  delete(row: number): void {
    this.#levels.delete(row);
  }

  get stepCount(): number {
    return this.#levels.count;
  }

  /** The fullest first. */
  rowsOn(step: number): SparseRows {
    return this.#levels.at(this.stepCount - 1 - step);
  }

  /** How full an engine of this step, or of one after it, can be once that was placed on it. */
  mostOn(step: number, { cpuMilli, memoryMiB }: Ask): number {
    const level = this.stepCount - 1 - step;
    if (level === highestPercent) return Number.POSITIVE_INFINITY;
    return level + 1 + cpuMilli * this.#mostPerCpuMilli + memoryMiB * this.#mostPerMiB;
  }
}

function power(amount: number): number {
  return amount > 0 ? Math.floor(Math.log2(amount)) : 0;
}
