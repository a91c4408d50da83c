import { SparseRows } from '../model/sparse-rows.ts';

/** Rows by something that few or many of them have: a label, an image, a sum. What no row has takes no room. */
export class RowsBy<Key> {
  readonly #rows = new Map<Key, SparseRows>();

  get map(): ReadonlyMap<Key, SparseRows> {
    return this.#rows;
  }

  add(key: Key, row: number): void {
    const rows = this.#rows.get(key) ?? new SparseRows();
    rows.add(row);
    this.#rows.set(key, rows);
  }

  delete(key: Key, row: number): void {
    const rows = this.#rows.get(key);
    rows?.delete(row);
    if (rows?.isEmpty) this.#rows.delete(key);
  }
}
