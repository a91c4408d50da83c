import type { Claim } from './claim.ts';
import type { EngineSnapshot } from './engine-snapshot.ts';
import type { Fleet } from './fleet.ts';
import type { ImageConfig } from './image-config.ts';
import type { RowSet } from './row-set.ts';

/** Why an engine cannot run an image config. */
export interface FilterRejection {
  /** Stable, for programs: `port_taken`. */
  readonly code: string;
  /** A phrase for people: `port tcp/6379 is taken`. */
  readonly message: string;
  /** The claim that has no room, where it is one; whoever explains the refusal looks up who holds it. */
  readonly key?: string;
  /** What the caller can do about it; it stands after the message. */
  readonly hint?: string;
}

export type EngineCheck = (engine: EngineSnapshot) => FilterRejection | undefined;

/**
 * Answers for one engine: can this image config run there, and if not, why not. Pure: no I/O, no clock, no randomness.
 * The two phases are those of swarmkit's `manager/scheduler/filter.go`: look at the image config once, then at each
 * engine. The check is a closure, so that two placements never share what was prepared.
 */
export interface Scheduler {
  readonly name: string;
  /** One sentence: what it checks. */
  readonly description: string;
  /** The check for this image config; undefined: it has nothing to say about it. */
  prepare(image: ImageConfig): EngineCheck | undefined;
  /**
   * The same answer for every engine at once: takes the rows out that the check would refuse, and leaves the others.
   * Worth having where thousands of engines are decided on at each request; without it the check is called for each.
   */
  exclude?(image: ImageConfig, fleet: Fleet, rows: RowSet): void;
  /** What must be held on the engine while the container runs. The limits are the engine's. `service`: it is one of its. */
  claims?(image: ImageConfig, engine: EngineSnapshot, service?: string): readonly Claim[];
  /**
   * Which engines are ranked higher, of those that can run it: the rows in groups, each row in one of them. The strategy
   * ranks within a group only. Undefined: all are equal.
   */
  prefer?(image: ImageConfig, rows: RowSet, context: ScoreContext): readonly ScoredRows[] | undefined;
}

/** What a preference may look at besides the rows. */
export interface ScoreContext {
  readonly fleet: Fleet;
  /** Of the service that the container is to be one of. */
  readonly service?: string | undefined;
}

export interface ScoredRows {
  readonly rows: RowSet;
  /** 0 at best, and the less the better; an answer shows it under the scheduler's name. */
  readonly penalty: number;
}

/** The schedulers that a `type` stands for, and those that apply whatever the type. */
export interface SchedulerRegistry {
  readonly types: ReadonlyMap<string, readonly Scheduler[]>;
  readonly defaultPlugins: readonly Scheduler[];
}
