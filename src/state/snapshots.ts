import type { ClaimHolder, EngineSnapshot } from '../model/engine-snapshot.ts';
import { FleetIndex } from '../placement/fleet-index.ts';
import { exchangeHolders, type HolderChange } from '../placement/snapshot.ts';

/** Per snapshot; with more pending changes, it is rebuilt. */
const maxChanges = 1_000;

/** Builds snapshots. */
interface SnapshotSource {
  /** Unsorted. */
  engineIds(): Iterable<string>;
  make(engineId: string): EngineSnapshot;
}

/** The engines' snapshots, individually and as a fleet: built on demand, and rebuilt after changes. */
export class Snapshots {
  readonly #source: SnapshotSource;
  readonly #made = new Map<string, EngineSnapshot>();
  /** Changes of holders since a snapshot was built, by engine; applied on the next read. */
  readonly #changes = new Map<string, HolderChange[]>();
  /** Engines with outdated rows in the fleet. */
  readonly #stale = new Set<string>();
  #fleet: FleetIndex | undefined;

  constructor(source: SnapshotSource) {
    this.#source = source;
  }

  /** Throws the errors of `make`. */
  of(engineId: string): EngineSnapshot {
    const made = this.#made.get(engineId);
    const changes = this.#changes.get(engineId);
    if (made && !changes) return made;
    const now = made && changes ? exchangeHolders(made, changes) : this.#source.make(engineId);
    this.#changes.delete(engineId);
    this.#made.set(engineId, now);
    return now;
  }

  /** Rows are sorted by id. Valid until the next change: keep only its `pages`. */
  fleet(): FleetIndex {
    this.#fleet ??= new FleetIndex([...this.#source.engineIds()].sort().map((id) => this.of(id)));
    this.#fleet.replace([...this.#stale].map((id) => this.of(id)));
    this.#stale.clear();
    return this.#fleet;
  }

  /** Discards the engine's snapshot. */
  changed(engineId: string): void {
    this.#made.delete(engineId);
    this.#changes.delete(engineId);
    this.#staleRow(engineId);
  }

  /** A holder was added, changed or removed: updates an existing snapshot. */
  exchange(engineId: string, before: ClaimHolder | undefined, now: ClaimHolder | undefined): void {
    const changes = this.#changes.get(engineId) ?? [];
    if (!this.#made.has(engineId) || changes.length >= maxChanges) this.changed(engineId);
    else {
      changes.push({ before, now });
      this.#changes.set(engineId, changes);
      this.#staleRow(engineId);
    }
  }

  /** An engine was added or removed. */
  enginesChanged(): void {
    this.#fleet = undefined;
    this.#stale.clear();
  }

  clear(): void {
    this.#made.clear();
    this.#changes.clear();
    this.enginesChanged();
  }

  #staleRow(engineId: string): void {
    if (this.#fleet?.row(engineId) !== undefined) this.#stale.add(engineId);
  }
}
