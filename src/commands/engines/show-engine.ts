import { claimKeys } from '../../model/claim.ts';
import { type EngineRecord, type EngineStatus, type StartFailures, statusOf } from '../../model/engine.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';

/** An engine and what is known of it now. */
export interface ShownEngine {
  readonly engine: EngineRecord;
  readonly status: EngineStatus;
  /** RFC 3339; undefined: this server has not looked yet. */
  readonly observedAt: string | undefined;
  readonly reservedCpus: number;
  /** MB. */
  readonly reservedMemory: number;
  /** Of what its operator counts there; undefined: nothing is counted. */
  readonly reservedResources: Readonly<Record<string, number>> | undefined;
  /** Why some of its containers or images are not known; undefined: all are. */
  readonly unclear: string | undefined;
  /** Of starts, lately; undefined: none. */
  readonly failures: StartFailures | undefined;
  /** How many run there, anybody's. */
  readonly containers: number;
}

/** Sorted by id. */
export async function showEngines(cluster: Cluster): Promise<ShownEngine[]> {
  await cluster.cache.catchUp();
  return cluster.cache.snapshots().map((snapshot) => show(cluster, snapshot));
}

/** Throws `no_such_engine`. */
export async function showEngine(cluster: Cluster, id: string): Promise<ShownEngine> {
  const { cache } = cluster;
  await cache.catchUp();
  return show(cluster, cache.snapshot(id));
}

function show({ cache }: Cluster, snapshot: EngineSnapshot): ShownEngine {
  const { value: engine } = cache.engine(snapshot.id);
  const { observedAt, unclear } = cache.observation(snapshot.id);
  return {
    engine,
    status: statusOf(engine),
    observedAt: observedAt === '' ? undefined : observedAt,
    reservedCpus: snapshot.usedCpuMilli / 1000,
    reservedMemory: snapshot.usedMemoryMiB,
    reservedResources: engine.resources && usedOf(Object.keys(engine.resources), snapshot),
    unclear,
    failures: cache.startFailures.of(engine.id),
    containers: countContainers(cache, engine.id),
  };
}

function usedOf(names: readonly string[], { sums }: EngineSnapshot): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, sums.get(claimKeys.resource(name)) ?? 0]));
}
