import type { CpuCount, UsageSample } from '../../model/container-usage.ts';
import { cleanLine, type Fields, fieldsOf, listOf } from './shape.ts';

/** Maps Docker's `stats` with the formulas of Docker's CLI. Throws InvalidResponse. */
export function toUsageSample(answer: unknown): UsageSample {
  const stats = fieldsOf(answer, 'the answer');
  const cpuStats = fieldsOf(stats.cpu_stats ?? {}, 'cpu_stats');
  const memory = fieldsOf(stats.memory_stats ?? {}, 'memory_stats');
  const previousCpu = toCpuCount(fieldsOf(stats.precpu_stats ?? {}, 'precpu_stats'));
  const block = toBlockBytes(fieldsOf(stats.blkio_stats ?? {}, 'blkio_stats'));
  return {
    at: toTime(stats.read),
    cpu: toCpuCount(cpuStats),
    // A one-shot response has no previous measurement.
    ...(previousCpu.systemNs > 0 && { previousCpu }),
    cpus: toCpus(cpuStats),
    memoryBytes: toMemoryBytes(memory),
    memoryLimitBytes: countOf(memory.limit),
    ...toNetworkBytes(stats),
    readBytes: block('read'),
    writtenBytes: block('write'),
    pids: countOf(fieldsOf(stats.pids_stats ?? {}, 'pids_stats').current),
  };
}

/** For a stopped container, Docker reports the year 1. */
function toTime(read: unknown): string {
  const text = cleanLine(read);
  const time = Date.parse(text);
  return Number.isNaN(time) || time <= 0 ? '' : new Date(time).toISOString();
}

function toCpuCount(stats: Fields): CpuCount {
  const usage = fieldsOf(stats.cpu_usage ?? {}, 'cpu_usage');
  return { containerNs: countOf(usage.total_usage), systemNs: countOf(stats.system_cpu_usage) };
}

/** Engines before Docker 17.09 only list the usage per CPU. */
function toCpus(stats: Fields): number {
  const online = countOf(stats.online_cpus);
  if (online > 0) return online;
  const { percpu_usage: each } = fieldsOf(stats.cpu_usage ?? {}, 'cpu_usage');
  return listOf(each ?? [], 'percpu_usage').length;
}

/** Reclaimable page cache is `total_inactive_file` in cgroup v1, and `inactive_file` in v2. */
function toMemoryBytes(memory: Fields): number {
  const usage = countOf(memory.usage);
  const counters = fieldsOf(memory.stats ?? {}, 'stats');
  const inactive = countOf(counters.total_inactive_file ?? counters.inactive_file);
  return inactive < usage ? usage - inactive : usage;
}

function toNetworkBytes({ networks }: Fields): Pick<UsageSample, 'receivedBytes' | 'sentBytes'> {
  const each = Object.values(fieldsOf(networks ?? {}, 'networks')).map((network) => fieldsOf(network, 'a network'));
  return {
    receivedBytes: each.reduce((sum, { rx_bytes }) => sum + countOf(rx_bytes), 0),
    sentBytes: each.reduce((sum, { tx_bytes }) => sum + countOf(tx_bytes), 0),
  };
}

/** cgroup v1 writes `Read`, v2 writes `read`; both have a row per disk. */
function toBlockBytes({ io_service_bytes_recursive: rows }: Fields): (operation: string) => number {
  const each = listOf(rows ?? [], 'io_service_bytes_recursive').map((row) => fieldsOf(row, 'a row'));
  return (operation) =>
    each.filter(({ op }) => String(op).toLowerCase() === operation).reduce((sum, { value }) => sum + countOf(value), 0);
}

/** A missing or invalid counter is 0: the available counters depend on the kernel. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
