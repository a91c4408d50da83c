import type { EngineSnapshot } from './engine-snapshot.ts';

/**
 * Every engine, by columns, for decisions over thousands of them: a Map asked for each engine costs a cache miss each. An
 * engine is known by its row, its place in the order of ids.
 */
export interface Fleet {
  readonly engines: readonly EngineSnapshot[];
  readonly cpuMilli: Float64Array;
  readonly usedCpuMilli: Float64Array;
  readonly memoryMiB: Float64Array;
  readonly usedMemoryMiB: Float64Array;
  readonly containers: Float64Array;
  /** 1: the engine's status is not `ok`. */
  readonly unwell: Uint8Array;
  /** A hash of each id, for orders that are to look random. */
  readonly idHash: Uint32Array;
  row(engineId: string): number | undefined;
  /** The rows where something is promised under the claim key, and how much. */
  sums(key: string): ReadonlyMap<number, number>;
  rowsWithLabel(label: string): ReadonlySet<number>;
  /** By canonical name. */
  rowsWithImage(image: string): ReadonlySet<number>;
}

/** Marks all rows but these. */
export function excludeOthers(excluded: Uint8Array, rows: Iterable<number>): void {
  const kept = 2;
  for (const row of rows) if (excluded[row] === 0) excluded[row] = kept;
  for (let row = 0; row < excluded.length; row++) excluded[row] = excluded[row] === kept ? 0 : 1;
}
