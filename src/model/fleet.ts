import type { EngineSnapshot } from './engine-snapshot.ts';
import type { RowSet } from './row-set.ts';
import type { SparseRows } from './sparse-rows.ts';

/**
 * Every engine, and which of them have what, for decisions over thousands of them: to ask each engine costs a cache miss
 * each. An engine is known by its row, its place in the order of ids.
 */
export interface Fleet {
  readonly rowCount: number;
  readonly cpuRoom: Room;
  readonly memoryRoom: Room;
  row(engineId: string): number | undefined;
  /** There must be such a row. */
  engine(row: number): EngineSnapshot;
  rowsWithLabel(label: string): SparseRows;
  /** The rows by the label's value; see engine-label.ts. */
  rowsByLabel(key: string): ReadonlyMap<string, SparseRows>;
  /** The rows that have some of it, promised or not. */
  rowsWithResource(name: string): SparseRows;
  /** By canonical name. */
  rowsWithImage(image: string): SparseRows;
  /** The rows by the minor version of Docker's API 1 that the engine speaks. A row of which it is not known is in none. */
  rowsByApi(): ReadonlyMap<number, SparseRows>;
  /** The rows by how much is promised there under the claim key. A row where nothing is, is in none. */
  rowsBySum(key: string): ReadonlyMap<number, SparseRows>;
  /** Of everything that is promised anywhere. */
  claimKeys(): Iterable<string>;
}

/** What each engine may still promise: of CPUs in thousandths, of memory in MiB. */
export interface Room {
  /** Takes out the rows that have less left. */
  retain(rows: RowSet, wanted: number): void;
}
