/** What a container, an engine or the whole cluster uses. */
export interface Stats {
  /** 100 is one CPU. */
  readonly cpu_percent: number;
  /** CPUs: the container's limit, or else those of its engine. */
  readonly cpu_limit: number;
  /** MB, without what the kernel can drop. */
  readonly memory: number;
  readonly memory_limit: number;
  readonly memory_percent: number;
  /** Bytes since the start. */
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

/** The sum of the containers that run. */
export interface SumOfStats extends Stats {
  readonly containers: number;
}

export interface EngineStats extends SumOfStats {
  readonly engine: string;
}

export interface AllStats {
  /** By engine, then by name. */
  readonly containers: readonly ContainerStats[];
  readonly engines: readonly EngineStats[];
  readonly sum: SumOfStats;
}
