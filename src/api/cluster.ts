import type { EngineStatus } from '../model/engine.ts';
import type { StrategyName } from '../model/image-config.ts';

/** The whole cluster in numbers. */
export interface ClusterSummary {
  readonly cpus: number;
  /** MB. */
  readonly memory: number;
  readonly container_count: number;
  /** Different images, by name. */
  readonly image_count: number;
  readonly engine_count: number;
  readonly reserved_cpus: number;
  readonly reserved_memory: number;
  readonly engines: Readonly<Record<EngineStatus, number>>;
  /** A sentence for each wrong wall clock of a server, service that left containers behind, and name that several have. */
  readonly warnings: readonly string[];
}

/** In the list of all routes. */
export interface RouteRow {
  readonly method: string;
  readonly path: string;
}

/** The answer to GET /apiv1/schedulers. */
export interface Schedulers {
  /** Types of image configs, and what each one checks. */
  readonly schedulers: readonly { readonly name: string; readonly checks: readonly string[] }[];
  readonly strategies: readonly StrategyName[];
  readonly default_strategy: StrategyName;
}
