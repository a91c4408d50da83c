/** The cumulative CPU time of a container's processes, and of all CPUs of its engine, at one moment. */
export interface CpuCount {
  readonly containerNs: number;
  readonly systemNs: number;
}

/** Resource usage of one container at one moment, as measured by its engine. Equal for cgroup v1 and v2. */
export interface UsageSample {
  /** RFC 3339, by the engine's clock; empty if the container is not running. */
  readonly at: string;
  readonly cpu: CpuCount;
  /** The engine's previous measurement, if it took one for this answer. */
  readonly previousCpu?: CpuCount;
  /** CPUs of the engine that are online. */
  readonly cpus: number;
  /** Without reclaimable page cache, as in `docker stats`. */
  readonly memoryBytes: number;
  /** For a container without a limit: the engine's memory. */
  readonly memoryLimitBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly pids: number;
}

/** A sample with the CPU usage since the previous one: 100 is one CPU. */
export interface ContainerUsage extends UsageSample {
  readonly cpuPercent: number;
}

/** Docker's formula. Returns 0 if the counters went back, as after a restart. */
export function cpuPercent(before: CpuCount, { cpu, cpus }: Pick<UsageSample, 'cpu' | 'cpus'>): number {
  const container = cpu.containerNs - before.containerNs;
  const system = cpu.systemNs - before.systemNs;
  return container > 0 && system > 0 ? (container / system) * cpus * 100 : 0;
}
