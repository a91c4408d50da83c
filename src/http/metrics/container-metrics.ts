import { Counter, Gauge, Registry } from 'prom-client';
import { readStats } from '../../commands/stats/read-stats.ts';
import type { UsageSampler } from '../../commands/stats/usage-sampler.ts';
import type { ContainerUsage } from '../../model/container-usage.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The names of https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md, so that existing dashboards
 * work.
 */
const kinds: readonly (readonly ['counter' | 'gauge', string, string, (usage: ContainerUsage) => number])[] = [
  ['counter', 'cpu_usage_seconds_total', 'CPU time used.', ({ cpu }) => cpu.containerNs / 1e9],
  ['gauge', 'memory_working_set_bytes', 'Memory in use, without reclaimable page cache.', (usage) => usage.memoryBytes],
  [
    'gauge',
    'spec_memory_limit_bytes',
    "The container's limit, or its engine's memory.",
    (usage) => usage.memoryLimitBytes,
  ],
  ['counter', 'network_receive_bytes_total', 'Bytes received.', (usage) => usage.receivedBytes],
  ['counter', 'network_transmit_bytes_total', 'Bytes sent.', (usage) => usage.sentBytes],
  ['counter', 'fs_reads_bytes_total', 'Bytes read from disks.', (usage) => usage.readBytes],
  ['counter', 'fs_writes_bytes_total', 'Bytes written to disks.', (usage) => usage.writtenBytes],
  ['gauge', 'processes', 'Processes and threads.', (usage) => usage.pids],
];
const labelNames = ['id', 'name', 'image', 'engine'];

/** The usage of the running containers, read from their engines. Engines that do not answer are missing. */
export async function containerMetrics(cluster: Cluster, sampler: UsageSampler, scope?: Scope): Promise<Registry> {
  const { containers } = await readStats(cluster, sampler, { scope });
  const rows = containers.flatMap(({ id, name, engine }) => {
    const usage = sampler.last(engine, id);
    const image = cluster.cache.containers.get(engine, id)?.summary.imageName ?? '';
    return usage ? [{ labels: { id, name: name.slice(1), image, engine }, usage }] : [];
  });
  const registry = new Registry();
  for (const [kind, name, help, amount] of kinds) {
    const settings = { name: `container_${name}`, help, labelNames, registers: [registry] };
    if (kind === 'gauge') {
      const gauge = new Gauge(settings);
      for (const { labels, usage } of rows) gauge.set(labels, amount(usage));
    } else {
      const counter = new Counter(settings);
      for (const { labels, usage } of rows) counter.inc(labels, amount(usage));
    }
  }
  return registry;
}
