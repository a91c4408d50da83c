import type { ClusterSummary } from '../api/cluster.ts';
import { skewWarnings } from '../membership/clock-skew.ts';
import { statusOf } from '../model/engine.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { Cluster } from '../state/cluster.ts';
import { countContainers } from '../state/containers/count-containers.ts';
import { nameWarnings } from './name-warnings.ts';
import { leftoverWarnings } from './services/leftover-warnings.ts';

/** Totals of the whole cluster: reserved resources from the ledger, containers and images as last observed. */
export function summarizeCluster({ cache, settings }: Cluster): ClusterSummary {
  const engines = cache.engines();
  const snapshots = cache.snapshots();
  const observations = engines.map(({ id }) => cache.observation(id));
  const total = (amount: (snapshot: EngineSnapshot) => number) =>
    snapshots.reduce((sum, each) => sum + amount(each), 0);
  const states = { pending: 0, ok: 0, maintenance: 0, draining: 0, lost: 0, down: 0 };
  for (const engine of engines) states[statusOf(engine)]++;
  return {
    cpus: engines.reduce((sum, { cpus }) => sum + cpus, 0),
    memory: engines.reduce((sum, { memory }) => sum + memory, 0),
    container_count: engines.reduce((sum, { id }) => sum + countContainers(cache, id), 0),
    image_count: new Set(observations.flatMap(({ images }) => [...images])).size,
    engine_count: engines.length,
    reserved_cpus: total(({ usedCpuMilli }) => usedCpuMilli) / 1000,
    reserved_memory: total(({ usedMemoryMiB }) => usedMemoryMiB),
    engines: states,
    warnings: [
      ...skewWarnings(cache.servers.all()),
      ...leftoverWarnings({ cache }),
      ...nameWarnings({ cache, settings }),
    ],
  };
}
