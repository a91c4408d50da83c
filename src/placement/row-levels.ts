import { SparseRows } from '../model/sparse-rows.ts';

const noRows = new SparseRows();
const none = -1;

/** Rows by a whole number that is not large: how many percent are used, how many containers there are. */
export class RowLevels {
  readonly #levels: SparseRows[] = [];
  readonly #levelOf: Int32Array;

  constructor(rowCount: number) {
    this.#levelOf = new Int32Array(rowCount).fill(none);
  }

  /** No row has more. */
  get highest(): number {
    return this.#levels.length - 1;
  }

  at(level: number): SparseRows {
    return this.#levels[level] ?? noRows;
  }

  set(row: number, level: number): void {
    const before = this.#levelOf[row] as number;
    if (before === level) return;
    this.#levelOf[row] = level;
    this.#levels[before]?.delete(row);
    while (this.#levels.length <= level) this.#levels.push(new SparseRows());
    this.#levels[level]?.add(row);
  }
}
