import type { EngineSnapshot } from './engine-snapshot.ts';
import type { RowSet } from './row-set.ts';
import type { SparseRows } from './sparse-rows.ts';

/**
 * All engines with indexes of their properties, for placements over thousands of engines: reading each engine would
 * cost a cache miss. An engine is identified by its row, its index in the order of ids.
 */
export interface Fleet {
  readonly rowCount: number;
  readonly cpuRoom: Room;
  readonly memoryRoom: Room;
  row(engineId: string): number | undefined;
  /** The row must exist. */
  engine(row: number): EngineSnapshot;
  rowsWithLabel(label: string): SparseRows;
  /** The rows by label value; see engine-label.ts. */
  rowsByLabel(key: string): ReadonlyMap<string, SparseRows>;
  /** The rows that have the resource, whether it is free or claimed. */
  rowsWithResource(name: string): SparseRows;
  /** By canonical name. */
  rowsWithImage(image: string): SparseRows;
  /**
   * The rows by the minor version of Docker's API 1 that the engine speaks. Rows with an unknown version are omitted.
   */
  rowsByApi(): ReadonlyMap<number, SparseRows>;
  /** The rows by the claimed amount of the key. Rows without such a claim are omitted. */
  rowsBySum(key: string): ReadonlyMap<number, SparseRows>;
  /** The keys of all claims on any engine. */
  claimKeys(): Iterable<string>;
}

/** The free capacity of each engine: CPUs in thousandths, memory in MiB. */
export interface Room {
  /** Removes the rows with less free capacity than `wanted`. */
  retain(rows: RowSet, min: number): void;
}
