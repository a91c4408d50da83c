import type { ContainerDetail } from '../../model/container.ts';

/** The CPUs that a container was given on an engine with so many. citadel set a share only: CpuShares of 100 are all of them. */
export function cpusOf({ cpus, citadel }: Pick<ContainerDetail, 'cpus' | 'citadel'>, engineCpus: number): number {
  return cpus > 0 || !citadel ? cpus : Math.round(citadel.cpuShares * engineCpus * 10) / 1000;
}
