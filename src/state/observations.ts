import type { EngineObservation } from '../model/engine.ts';
import type { SwarmView } from '../model/swarm.ts';
import type { Fence } from '../store/store.ts';
import { type Clock, timestamp } from './clock.ts';
import type { RecordChange } from './kind-table.ts';

/** The last observation of an engine, apart from its containers, by this server or the one that follows it. */
export interface Observation {
  /** RFC 3339; empty: not observed yet. */
  readonly observedAt: string;
  /** The store's version at the time of the query or publication: the observation with the later version is newer. */
  readonly version: number;
  readonly images: ReadonlySet<string>;
  /** Present if the engine is in Swarm mode. */
  readonly swarm?: SwarmView;
  /** Why some of its containers or images are unknown. */
  readonly unclear?: string;
}

/** `ageMs`: how long this server has known it. */
export interface PublishedObservation {
  readonly value: EngineObservation;
  readonly ageMs: number;
}

export type ObservationChange = RecordChange<EngineObservation>;

interface Published {
  readonly version: number;
  readonly value: EngineObservation;
  readonly seenMs: number;
}

/** When an engine last answered this server, and with which lease it was followed. */
interface Answer {
  readonly atMs: number;
  readonly token: number;
}

const nothingObserved: Observation = { observedAt: '', version: 0, images: new Set() };

/**
 * Observations from the engines' resyncs. Those of several servers are ordered by the store's version, and their age is
 * by this server's monotonic clock, because the times in them come from different wall clocks.
 */
export class Observations {
  readonly #clock: Clock;
  readonly #byEngine = new Map<string, Observation>();
  readonly #published = new Map<string, Published>();
  readonly #answers = new Map<string, Answer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(engineId: string): Observation {
    return this.#byEngine.get(engineId) ?? nothingObserved;
  }

  published(engineId: string): PublishedObservation | undefined {
    const found = this.#published.get(engineId);
    return found && { value: found.value, ageMs: this.#clock.steadyMs() - found.seenMs };
  }

  put(engineId: string, observation: Observation): void {
    this.#byEngine.set(engineId, observation);
  }

  /** Called by the watcher when the engine has answered. */
  answered(engineId: string, fence: Fence | undefined): void {
    this.#byEngine.set(engineId, { ...this.of(engineId), observedAt: timestamp(this.#clock) });
    if (fence) this.#answers.set(engineId, { atMs: this.#clock.steadyMs(), token: fence.token });
  }

  /**
   * How long an engine has been silent. 0 if this server has not followed it continuously with that lease: another
   * server may have had an answer.
   */
  silentForMs(engineId: string, fence: Fence | undefined): number {
    const answer = this.#answers.get(engineId);
    return answer && answer.token === fence?.token ? this.#clock.steadyMs() - answer.atMs : 0;
  }

  /** True: it is newer than the known one. */
  apply({ id, version, value }: ObservationChange): boolean {
    const reported = this.#published.get(id);
    if ((reported?.version ?? 0) > version) return false;
    if (!value) {
      this.#published.delete(id);
      return false;
    }
    this.#published.set(id, { version, value, seenMs: this.#clock.steadyMs() });
    const before = this.of(id);
    if (version <= before.version) return false;
    const { observedAt, images, swarm, unclear } = value;
    const rest = { ...(swarm && { swarm }), ...(unclear !== undefined && { unclear }) };
    this.#byEngine.set(id, { observedAt, version, images: new Set(images), ...rest });
    return true;
  }

  forget(engineId: string): void {
    for (const map of [this.#byEngine, this.#answers]) map.delete(engineId);
  }

  /** Call it before a reload: a wiped store, or one that lost writes, restarts its versions. */
  renew(): void {
    this.#published.clear();
    for (const [id, each] of this.#byEngine) this.#byEngine.set(id, { ...each, version: 0 });
  }
}
