import type { EngineRecord } from '../model/engine.ts';
import type { ClaimHolder, EngineSnapshot } from '../model/engine-snapshot.ts';
import { SatsumaError } from '../model/errors.ts';
import { snapshotEngine } from '../placement/snapshot.ts';
import type { Versioned } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { KeptDocuments, type Taken } from './kept-documents.ts';
import type { KindReader } from './kind-table.ts';
import { type Observation, type ObservationChange, Observations } from './observations.ts';
import { Snapshots } from './snapshots.ts';
import { StartFailureMemory } from './start-failures.ts';
import { SwarmPorts } from './swarm-ports.ts';

interface Neighbours {
  readonly clock: Clock;
  readonly overcommit: number;
  /** Everything with claims on an engine. */
  holdersOn(engineId: string): readonly ClaimHolder[];
  /** An engine's record was added, changed or removed. */
  taken(taken: Taken<EngineRecord>): void;
  /** An engine's images or occupied ports changed. */
  changed(): void;
}

/** The engines: their records, observations and start failures; and their snapshots, which combine them. */
export class EngineCache {
  readonly records: KeptDocuments<EngineRecord>;
  readonly observations: Observations;
  readonly startFailures: StartFailureMemory;
  readonly snapshots = new Snapshots({
    engineIds: () => this.records.ids(),
    make: (engineId) => this.#makeSnapshot(engineId),
  });
  /** Observations from the store's feed. */
  readonly published: KindReader<'observation'> = {
    apply: (change) => this.#apply(change),
    renew: (all) => {
      this.observations.renew();
      for (const each of all) this.#apply(each);
    },
  };
  readonly #neighbours: Neighbours;
  readonly #swarmPorts = new SwarmPorts();

  constructor(neighbours: Neighbours) {
    this.#neighbours = neighbours;
    const { clock } = neighbours;
    this.records = new KeptDocuments((taken) => this.#taken(taken));
    this.observations = new Observations(clock);
    this.startFailures = new StartFailureMemory(clock, (engineId) => this.snapshots.changed(engineId));
  }

  /** Throws `no_such_engine`. */
  get(id: string): Versioned<EngineRecord> {
    const engine = this.records.get(id);
    if (!engine) throw noEngine(id);
    return engine;
  }

  /** Stores an observation; snapshots then include its images. */
  observed(engineId: string, observation: Observation): void {
    const before = this.observations.of(engineId);
    this.observations.put(engineId, observation);
    this.#observationChanged(engineId, before);
  }

  #taken(taken: Taken<EngineRecord>): void {
    const { id, before, value } = taken;
    if (!value) {
      const seen = this.observations.of(id);
      this.observations.forget(id);
      this.#observationChanged(id, seen);
    }
    if (!before || !value) this.snapshots.enginesChanged();
    this.snapshots.changed(id);
    this.#neighbours.taken(taken);
  }

  #apply(change: ObservationChange): void {
    const before = this.observations.of(change.id);
    if (this.observations.apply(change)) this.#observationChanged(change.id, before);
  }

  /** An observation with only a new time changes no snapshot, and wakes no waiter. */
  #observationChanged(engineId: string, before: Observation): void {
    const { images, swarm } = this.observations.of(engineId);
    const others = this.#swarmPorts.put(engineId, swarm);
    if (others.length === 0 && isSameSet(images, before.images)) return;
    for (const id of [engineId, ...others]) this.snapshots.changed(id);
    this.#neighbours.changed();
  }

  #makeSnapshot(engineId: string): EngineSnapshot {
    const { value: engine, version } = this.get(engineId);
    const { overcommit, holdersOn } = this.#neighbours;
    const { images } = this.observations.of(engineId);
    const { count: failures = 0 } = this.startFailures.of(engineId) ?? {};
    const external = this.#swarmPorts.holdersOn(engineId);
    return snapshotEngine({ engine, version, holders: holdersOn(engineId), images, overcommit, failures, external });
  }
}

function isSameSet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((each) => others.has(each));
}

export function noEngine(id: string): SatsumaError {
  return new SatsumaError('no_such_engine', `No engine found with ID ${id}`);
}
