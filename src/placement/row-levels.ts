import { SparseRows } from '../model/sparse-rows.ts';

const noRows = new SparseRows();
const none = -1;

/** Rows by a small non-negative integer, such as a percentage or a number of containers. */
export class RowLevels {
  readonly #levels: SparseRows[] = [];
  readonly #levelOf: Int32Array;

  constructor(rowCount: number) {
    this.#levelOf = new Int32Array(rowCount).fill(none);
  }

  /** Levels start at 0; every row that has been set is on one of them. */
  get count(): number {
    return this.#levels.length;
  }

  at(level: number): SparseRows {
    return this.#levels[level] ?? noRows;
  }

  set(row: number, level: number): void {
    if (this.#levelOf[row] === level) return;
    this.delete(row);
    while (this.#levels.length <= level) this.#levels.push(new SparseRows());
    this.#levels[level]?.add(row);
    this.#levelOf[row] = level;
  }

  delete(row: number): void {
    const level = this.#levelOf[row] as number;
    if (level !== none) this.#levels[level]?.delete(row);
    this.#levelOf[row] = none;
  }
}
