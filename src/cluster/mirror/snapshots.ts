import type { ClaimHolder, EngineSnapshot } from '../../model/engine-snapshot.ts';
import { FleetIndex } from '../../placement/fleet-index.ts';
import { exchangeHolder } from '../../placement/snapshot.ts';

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
  /** Engines whose rows in the fleet are out of date. */
  readonly #stale = new Set<string>();
  #fleet: FleetIndex | undefined;

  constructor(source: SnapshotSource) {
    this.#source = source;
  }

  /** Throws what making it throws. */
  of(engineId: string): EngineSnapshot {
    const made = this.#made.get(engineId) ?? this.#source.make(engineId);
    this.#made.set(engineId, made);
    return made;
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
    if (this.#fleet?.row(engineId) !== undefined) this.#stale.add(engineId);
  }

  /** A holder came, changed or went: a snapshot that there is is carried over. */
  exchange(engineId: string, before: ClaimHolder | undefined, now: ClaimHolder | undefined): void {
    const snapshot = this.#made.get(engineId);
    this.changed(engineId);
    if (snapshot) this.#made.set(engineId, exchangeHolder(snapshot, before, now));
  }

  /** An engine came or went. */
  enginesChanged(): void {
    this.#fleet = undefined;
    this.#stale.clear();
  }

  clear(): void {
    this.#made.clear();
    this.enginesChanged();
  }
}
