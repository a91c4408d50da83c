import type { SparseRows } from '../model/sparse-rows.ts';
import type { Ladder, ResourceRequest } from './best-rows.ts';
import { RowLevels } from './row-levels.ts';

/** An engine that shrank may exceed 100 percent. */
const highestPercent = 200;

/** The current usage, and the usage per thousandth of a CPU and per MiB. */
export interface Fullness {
  readonly percentUsed: number;
  readonly percentPerCpuMilli: number;
  readonly percentPerMiB: number;
}

/**
 * Engines of similar size by usage. Separated by size because an eighth of a small engine is negligible on a large one,
 * and a search for the fullest engine would have to assume the eighth everywhere.
 */
export class SizeClass implements Ladder {
  readonly #levels: RowLevels;
  #mostPerCpuMilli = 0;
  #mostPerMiB = 0;

  constructor(rowCount: number) {
    this.#levels = new RowLevels(rowCount);
  }

  /** Equal for engines of one class: neither CPUs nor memory differ by a factor of two. */
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

  /** Fullest first. */
  rowsOn(step: number): SparseRows {
    return this.#levels.at(this.stepCount - 1 - step);
  }

  /** An upper bound for the usage after the placement, on this step and all later ones. */
  mostOn(step: number, { cpuMilli, memoryMiB }: ResourceRequest): number {
    const level = this.stepCount - 1 - step;
    if (level === highestPercent) return Number.POSITIVE_INFINITY;
    return level + 1 + cpuMilli * this.#mostPerCpuMilli + memoryMiB * this.#mostPerMiB;
  }
}

function power(amount: number): number {
  return amount > 0 ? Math.floor(Math.log2(amount)) : 0;
}
