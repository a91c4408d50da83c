import type { EngineStatus } from '../model/engine.ts';

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
