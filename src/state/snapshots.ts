import type { ClaimHolder, EngineSnapshot } from '../model/engine-snapshot.ts';
import { FleetIndex } from '../placement/fleet-index.ts';
import { exchangeHolders, type HolderChange } from '../placement/snapshot.ts';

/** Of one snapshot; one that changes more often before somebody asks for it is made anew. */
const mostChanges = 1_000;

/** Where they are made from. */
export interface SnapshotSource {
  /** In any order. */
  engineIds(): Iterable<string>;
  make(engineId: string): EngineSnapshot;
}

/** The engines' snapshots, one by one and as a fleet: made when they are asked for, and again when something changed. */
export class Snapshots {
  readonly #source: SnapshotSource;
  readonly #made = new Map<string, EngineSnapshot>();
  /** What came, changed or went since a snapshot was made, by engine: put into it, all at once, when it is asked for. */
  readonly #changes = new Map<string, HolderChange[]>();
  /** Engines whose rows in the fleet are out of date. */
  readonly #stale = new Set<string>();
  #fleet: FleetIndex | undefined;

  constructor(source: SnapshotSource) {
    this.#source = source;
  }

  /** Throws what making it throws. */
  of(engineId: string): EngineSnapshot {
    const made = this.#made.get(engineId);
    const changes = this.#changes.get(engineId);
    if (made && !changes) return made;
    const now = made && changes ? exchangeHolders(made, changes) : this.#source.make(engineId);
    this.#changes.delete(engineId);
    this.#made.set(engineId, now);
    return now;
  }

  /** Rows are sorted by id. Of this moment: hold on to nothing of it but its `pages`. */
  fleet(): FleetIndex {
    this.#fleet ??= new FleetIndex([...this.#source.engineIds()].sort().map((id) => this.of(id)));
    this.#fleet.replace([...this.#stale].map((id) => this.of(id)));
    this.#stale.clear();
    return this.#fleet;
  }

  /** Something of the engine is not what it was. */
  changed(engineId: string): void {
    this.#made.delete(engineId);
    this.#changes.delete(engineId);
    this.#staleRow(engineId);
  }

  /** A holder came, changed or went: a snapshot that there is is carried over. */
  exchange(engineId: string, before: ClaimHolder | undefined, now: ClaimHolder | undefined): void {
    const changes = this.#changes.get(engineId) ?? [];
    if (!this.#made.has(engineId) || changes.length >= mostChanges) this.changed(engineId);
    else {
      changes.push({ before, now });
      this.#changes.set(engineId, changes);
      this.#staleRow(engineId);
    }
  }

  /** An engine came or went. */
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
