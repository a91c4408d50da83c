/** What a container's processes took of the CPUs up to one moment, and what all CPUs of its engine counted up to then. */
export interface CpuCount {
  readonly containerNs: number;
  readonly systemNs: number;
}

/** What an engine counted of one container at one moment. The same words for version 1 and version 2 of the control groups. */
export interface UsageSample {
  /** RFC 3339, by the engine's clock; empty for a container that does not run. */
  readonly at: string;
  readonly cpu: CpuCount;
  /** The engine's own count of a moment before, where it made one for this answer. */
  readonly previousCpu?: CpuCount;
  /** CPUs of the engine that are switched on. */
  readonly cpus: number;
  /** Without the pages of files that the kernel can drop at any time, as `docker stats` has it. */
  readonly memoryBytes: number;
  /** The engine's memory for a container without a limit. */
  readonly memoryLimitBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly pids: number;
}

/** A sample with the share of the CPUs since the one before: 100 is one CPU. */
export interface ContainerUsage extends UsageSample {
  readonly cpuPercent: number;
}

/** Docker's formula. Counters that went back, as after a restart, are no use. */
export function cpuPercent(before: CpuCount, { cpu, cpus }: Pick<UsageSample, 'cpu' | 'cpus'>): number {
  const container = cpu.containerNs - before.containerNs;
  const system = cpu.systemNs - before.systemNs;
  return container > 0 && system > 0 ? (container / system) * cpus * 100 : 0;
}
