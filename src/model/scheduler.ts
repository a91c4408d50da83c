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
  /** The phrase for whoever does not see all projects and engines, where the message names what may be theirs. */
  readonly scopedMessage?: string;
  /** The claim that does not fit, if that is the reason; used to look up its holder. */
  readonly key?: string;
  /** What the caller can do about it; shown after the message. */
  readonly hint?: string;
}

/** The part of a reason's message that names the holders of what is taken. */
export function heldBy(holders: readonly string[]): string {
  return ` by ${holders.join(', ')}`;
}

export type EngineCheck = (engine: EngineSnapshot) => FilterRejection | undefined;

/**
 * Decides whether one engine can run an image config, and if not, why. Pure: no I/O, no clock, no randomness. It has
 * two phases, as swarmkit's `manager/scheduler/filter.go`: prepare for the image config once, then check each engine.
 * The check is a closure, so that placements share no state.
 */
export interface Scheduler {
  readonly name: string;
  /** One sentence about what it checks. */
  readonly description: string;
  /** Returns the check for this image config; undefined: it does not apply. */
  prepare(image: ImageConfig): EngineCheck | undefined;
  /**
   * The same decision for all engines at once: removes the rows that the check would refuse. Implement it if it is
   * faster for thousands of engines; otherwise the check is called for each engine.
   */
  exclude?(image: ImageConfig, fleet: Fleet, rows: RowSet): void;
  /**
   * The claims of a running container. Their limits are those of the engine. `service`: the service that the container
   * belongs to.
   */
  claims?(image: ImageConfig, engine: EngineSnapshot, service?: string): readonly Claim[];
  /**
   * Ranks the feasible engines by groups; each row belongs to one group. The strategy ranks within a group. Undefined:
   * all engines are equal.
   */
  prefer?(image: ImageConfig, rows: RowSet, context: ScoreContext): readonly ScoredRows[] | undefined;
}

/** Inputs of a preference besides the rows. */
export interface ScoreContext {
  readonly fleet: Fleet;
  /** The service that the container belongs to. */
  readonly service?: string | undefined;
}

export interface ScoredRows {
  readonly rows: RowSet;
  /** 0 is best, and lower is better; shown in answers under the scheduler's name. */
  readonly penalty: number;
}

/** The schedulers of each `type`, and those that always apply. */
export interface SchedulerRegistry {
  readonly types: ReadonlyMap<string, readonly Scheduler[]>;
  readonly defaultPlugins: readonly Scheduler[];
}
