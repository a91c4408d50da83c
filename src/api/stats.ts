/** The resource usage of a container, an engine or the whole cluster. */
export interface Stats {
  /** 100 is one CPU. */
  readonly cpu_percent: number;
  /** CPUs: the container's limit, or those of its engine. */
  readonly cpu_limit: number;
  /** MB, without reclaimable page cache. */
  readonly memory: number;
  readonly memory_limit: number;
  readonly memory_percent: number;
  /** Bytes since the container started. */
  readonly network: { readonly rx: number; readonly tx: number };
  readonly block: { readonly read: number; readonly write: number };
  readonly pids: number;
}

export interface ContainerStats extends Stats {
  readonly id: string;
  /** With Docker's leading slash. */
  readonly name: string;
  readonly engine: string;
  /** RFC 3339, by the engine's clock. */
  readonly observed_at: string;
}

/** The sum over all running containers. */
export interface SumOfStats extends Stats {
  readonly containers: number;
}

export interface EngineStats extends SumOfStats {
  readonly engine: string;
}

export interface AllStats {
  /** Sorted by engine, then by name. */
  readonly containers: readonly ContainerStats[];
  readonly engines: readonly EngineStats[];
  readonly sum: SumOfStats;
}
