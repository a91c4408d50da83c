import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { Fleet } from '../model/fleet.ts';

const noRows: ReadonlySet<number> = new Set();
const noSums: ReadonlyMap<number, number> = new Map();

/** The columns of a fleet, and indexes over what few engines have. Rows are replaced, and never come or go. */
export class FleetIndex implements Fleet {
  readonly cpuMilli: Float64Array;
  readonly usedCpuMilli: Float64Array;
  readonly memoryMiB: Float64Array;
  readonly usedMemoryMiB: Float64Array;
  readonly containers: Float64Array;
  readonly unwell: Uint8Array;
  readonly idHash: Uint32Array;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #sums = new Map<string, Map<number, number>>();
  readonly #labels = new Map<string, Set<number>>();
  readonly #images = new Map<string, Set<number>>();
  #engines: readonly EngineSnapshot[];

  /** `engines` sorted by id. */
  constructor(engines: readonly EngineSnapshot[]) {
    const column = () => new Float64Array(engines.length);
    this.cpuMilli = column();
    this.usedCpuMilli = column();
    this.memoryMiB = column();
    this.usedMemoryMiB = column();
    this.containers = column();
    this.unwell = new Uint8Array(engines.length);
    this.idHash = Uint32Array.from(engines, ({ id }) => hash(id));
    this.#rows = new Map(engines.map(({ id }, row) => [id, row]));
    this.#engines = engines;
    for (const [row, engine] of engines.entries()) this.#write(row, engine);
  }

  /** Of this moment: an array that was handed out does not change. */
  get engines(): readonly EngineSnapshot[] {
    return this.#engines;
  }

  row(engineId: string): number | undefined {
    return this.#rows.get(engineId);
  }

  sums(key: string): ReadonlyMap<number, number> {
    return this.#sums.get(key) ?? noSums;
  }

  rowsWithLabel(label: string): ReadonlySet<number> {
    return this.#labels.get(label) ?? noRows;
  }

  rowsWithImage(image: string): ReadonlySet<number> {
    return this.#images.get(image) ?? noRows;
  }

  /** Puts newer snapshots in the place of those with the same ids. */
  replace(snapshots: readonly EngineSnapshot[]): void {
    if (snapshots.length === 0) return;
    const engines = [...this.#engines];
    for (const snapshot of snapshots) {
      const row = this.#rows.get(snapshot.id);
      const previous = row === undefined ? undefined : engines[row];
      if (row === undefined || !previous) throw new Error(`no row for engine ${snapshot.id}`);
      this.#erase(row, previous);
      this.#write(row, snapshot);
      engines[row] = snapshot;
    }
    this.#engines = engines;
  }

  #write(row: number, engine: EngineSnapshot): void {
    this.cpuMilli[row] = engine.cpuMilli;
    this.usedCpuMilli[row] = engine.usedCpuMilli;
    this.memoryMiB[row] = engine.memoryMiB;
    this.usedMemoryMiB[row] = engine.usedMemoryMiB;
    this.containers[row] = engine.holders.length;
    this.unwell[row] = engine.status === 'ok' ? 0 : 1;
    for (const [key, sum] of engine.sums) entry(this.#sums, key, () => new Map<number, number>()).set(row, sum);
    for (const label of engine.labels) entry(this.#labels, label, () => new Set<number>()).add(row);
    for (const image of engine.images) entry(this.#images, image, () => new Set<number>()).add(row);
  }

  #erase(row: number, engine: EngineSnapshot): void {
    for (const key of engine.sums.keys()) remove(this.#sums, key, row);
    for (const label of engine.labels) remove(this.#labels, label, row);
    for (const image of engine.images) remove(this.#images, image, row);
  }
}

function entry<T>(index: Map<string, T>, key: string, create: () => T): T {
  const found = index.get(key) ?? create();
  index.set(key, found);
  return found;
}

function remove(index: Map<string, Map<number, number> | Set<number>>, key: string, row: number): void {
  const rows = index.get(key);
  rows?.delete(row);
  if (rows?.size === 0) index.delete(key);
}

/** FNV-1a (Fowler, Noll, Vo). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
