import type { EngineStatus } from '../model/engine.ts';
import type { StrategyName } from '../model/image-config.ts';

/** Totals of the cluster. */
export interface ClusterSummary {
  readonly cpus: number;
  /** MB. */
  readonly memory: number;
  readonly container_count: number;
  /** The number of distinct image names. */
  readonly image_count: number;
  readonly engine_count: number;
  readonly reserved_cpus: number;
  readonly reserved_memory: number;
  readonly engines: Readonly<Record<EngineStatus, number>>;
  /**
   * One sentence for each server with a wrong clock, each service with orphaned containers, and each name in use more
   * than once.
   */
  readonly warnings: readonly string[];
}

/** A row of the list of all routes. */
export interface RouteRow {
  readonly method: string;
  readonly path: string;
}

/** The answer to GET /apiv1/schedulers. */
export interface Schedulers {
  /** The types of image configs, with the checks of each. */
  readonly schedulers: readonly { readonly name: string; readonly checks: readonly string[] }[];
  readonly strategies: readonly StrategyName[];
  readonly default_strategy: StrategyName;
}
