import type { CpuCount, UsageSample } from '../../model/container-usage.ts';
import { cleanLine, type Fields, fieldsOf, listOf } from './shape.ts';

/** Docker's answer to `stats` in our words, by the formulas of its own command line. Throws InvalidResponse where it is none. */
export function toUsageSample(answer: unknown): UsageSample {
  const stats = fieldsOf(answer, 'the answer');
  const cpuStats = fieldsOf(stats.cpu_stats ?? {}, 'cpu_stats');
  const memory = fieldsOf(stats.memory_stats ?? {}, 'memory_stats');
  const previousCpu = toCpuCount(fieldsOf(stats.precpu_stats ?? {}, 'precpu_stats'));
  const block = toBlockBytes(fieldsOf(stats.blkio_stats ?? {}, 'blkio_stats'));
  return {
    at: toTime(stats.read),
    cpu: toCpuCount(cpuStats),
    // An engine that answers at once has no count of before.
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

/** Of a container that does not run Docker tells the year 1. */
function toTime(read: unknown): string {
  const text = cleanLine(read);
  const time = Date.parse(text);
  return Number.isNaN(time) || time <= 0 ? '' : new Date(time).toISOString();
}

function toCpuCount(stats: Fields): CpuCount {
  const usage = fieldsOf(stats.cpu_usage ?? {}, 'cpu_usage');
  return { containerNs: countOf(usage.total_usage), systemNs: countOf(stats.system_cpu_usage) };
}

/** Engines before Docker 17.09 only list what each CPU did. */
function toCpus(stats: Fields): number {
  const online = countOf(stats.online_cpus);
  if (online > 0) return online;
  const { percpu_usage: each } = fieldsOf(stats.cpu_usage ?? {}, 'cpu_usage');
  return listOf(each ?? [], 'percpu_usage').length;
}

/** What the kernel can drop is `total_inactive_file` in version 1 of the control groups, and `inactive_file` in version 2. */
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

/** Version 1 says `Read`, version 2 says `read`, and both have a row for each disk. */
function toBlockBytes({ io_service_bytes_recursive: rows }: Fields): (operation: string) => number {
  const each = listOf(rows ?? [], 'io_service_bytes_recursive').map((row) => fieldsOf(row, 'a row'));
  return (operation) =>
    each.filter(({ op }) => String(op).toLowerCase() === operation).reduce((sum, { value }) => sum + countOf(value), 0);
}

/** What is missing, or is no count, is 0: which counters there are depends on the kernel. */
function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
