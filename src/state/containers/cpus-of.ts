import type { ContainerDetail } from '../../model/container.ts';

/** A container's CPUs on an engine with so many. citadel only set shares: 100 CpuShares are all CPUs. */
export function cpusOf({ cpus, citadel }: Pick<ContainerDetail, 'cpus' | 'citadel'>, engineCpus: number): number {
  return cpus > 0 || !citadel ? cpus : Math.round(citadel.cpuShares * engineCpus * 10) / 1000;
}
