import { parseLabel } from '../model/engine-label.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { Fleet } from '../model/fleet.ts';
import { SparseRows } from '../model/sparse-rows.ts';
import { EnginePages } from './engine-pages.ts';
import { LoadColumns } from './load-columns.ts';
import { RoomIndex } from './room-index.ts';

const noRows = new SparseRows();
const noSums: ReadonlyMap<number, SparseRows> = new Map();
const noValues: ReadonlyMap<string, SparseRows> = new Map();

/** A fleet as columns and indexes. Rows are replaced, never added or removed. */
export class FleetIndex implements Fleet {
  readonly load: LoadColumns;
  readonly cpuRoom: RoomIndex;
  readonly memoryRoom: RoomIndex;
  /** The rows whose status is `ok`. */
  readonly wellRows = new SparseRows();
  /** The rows with recent start failures. */
  readonly failingRows = new SparseRows();
  readonly #rows: ReadonlyMap<string, number>;
  readonly #labels = new RowsBy<string>();
  readonly #labelValues = new Map<string, RowsBy<string>>();
  readonly #resources = new RowsBy<string>();
  readonly #images = new RowsBy<string>();
  readonly #apis = new RowsBy<number>();
  readonly #sums = new Map<string, RowsBy<number>>();
  #pages: EnginePages;

  /** `engines` must be sorted by id. */
  constructor(engines: readonly EngineSnapshot[]) {
    this.load = new LoadColumns(engines.length);
    this.cpuRoom = new RoomIndex(engines.length);
    this.memoryRoom = new RoomIndex(engines.length);
    this.#rows = new Map(engines.map(({ id }, row) => [id, row]));
    this.#pages = EnginePages.of(engines);
    for (const [row, engine] of engines.entries()) this.#write(row, engine);
  }

  get rowCount(): number {
    return this.#pages.length;
  }

  /** An immutable view of the current engines. */
  get pages(): EnginePages {
    return this.#pages;
  }

  engine(row: number): EngineSnapshot {
    return this.#pages.at(row);
  }

  row(engineId: string): number | undefined {
    return this.#rows.get(engineId);
  }

  rowsWithLabel(label: string): SparseRows {
    return this.#labels.map.get(label) ?? noRows;
  }

  rowsByLabel(key: string): ReadonlyMap<string, SparseRows> {
    return this.#labelValues.get(key)?.map ?? noValues;
  }

  rowsWithResource(name: string): SparseRows {
    return this.#resources.map.get(name) ?? noRows;
  }

  rowsWithImage(image: string): SparseRows {
    return this.#images.map.get(image) ?? noRows;
  }

  rowsByApi(): ReadonlyMap<number, SparseRows> {
    return this.#apis.map;
  }

  rowsBySum(key: string): ReadonlyMap<number, SparseRows> {
    return this.#sums.get(key)?.map ?? noSums;
  }

  claimKeys(): Iterable<string> {
    return this.#sums.keys();
  }

  /** Replaces the snapshots with the same ids. */
  replace(snapshots: readonly EngineSnapshot[]): void {
    for (const snapshot of snapshots) {
      const row = this.#rows.get(snapshot.id);
      if (row === undefined) throw new Error(`no row for engine ${snapshot.id}`);
      this.#write(row, snapshot, this.#pages.at(row));
      this.#pages = this.#pages.with(row, snapshot);
    }
  }

  /** Only updates differences: one of an engine's containers changes, and a hundred stay. */
  #write(row: number, engine: EngineSnapshot, previous?: EngineSnapshot): void {
    this.load.set(row, engine);
    this.cpuRoom.set(row, engine.cpuMilli - engine.usedCpuMilli);
    this.memoryRoom.set(row, engine.memoryMiB - engine.usedMemoryMiB);
    if (engine.status === 'ok') this.wellRows.add(row);
    else this.wellRows.delete(row);
    if (engine.failures > 0) this.failingRows.add(row);
    else this.failingRows.delete(row);
    if (engine.labels !== previous?.labels) this.#writeLabels(row, engine.labels, previous?.labels);
    if (engine.resources !== previous?.resources) {
      exchange(this.#resources, row, engine.resources.keys(), previous?.resources.keys());
    }
    if (engine.images !== previous?.images) exchange(this.#images, row, engine.images, previous?.images);
    if (engine.dockerApi !== previous?.dockerApi) {
      if (previous?.dockerApi !== undefined) this.#apis.delete(previous.dockerApi, row);
      if (engine.dockerApi !== undefined) this.#apis.add(engine.dockerApi, row);
    }
    if (previous) this.#deleteSums(row, previous, engine);
    this.#addSums(row, engine, previous);
  }

  #writeLabels(row: number, now: readonly string[], before: readonly string[] = []): void {
    exchange(this.#labels, row, now, before);
    for (const { key, value } of before.map(parseLabel)) this.#labelValues.get(key)?.delete(value, row);
    for (const { key, value } of now.map(parseLabel)) {
      const byValue = this.#labelValues.get(key) ?? new RowsBy<string>();
      byValue.add(value, row);
      this.#labelValues.set(key, byValue);
    }
  }

  #deleteSums(row: number, engine: EngineSnapshot, next: EngineSnapshot): void {
    for (const [key, sum] of engine.sums) {
      if (next.sums.get(key) === sum) continue;
      const bySum = this.#sums.get(key);
      bySum?.delete(sum, row);
      if (bySum?.map.size === 0) this.#sums.delete(key);
    }
  }

  #addSums(row: number, engine: EngineSnapshot, previous: EngineSnapshot | undefined): void {
    for (const [key, sum] of engine.sums) {
      if (previous?.sums.get(key) === sum) continue;
      const bySum = this.#sums.get(key) ?? new RowsBy<number>();
      bySum.add(sum, row);
      this.#sums.set(key, bySum);
    }
  }
}

function exchange(index: RowsBy<string>, row: number, now: Iterable<string>, before: Iterable<string> = []): void {
  for (const each of before) index.delete(each, row);
  for (const each of now) index.add(each, row);
}

/** Rows by a value, such as a label, an image or a sum. Values without rows take no memory. */
class RowsBy<Key> {
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
