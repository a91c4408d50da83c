import { claimKeys } from '../../model/claim.ts';
import { type EngineRecord, type EngineStatus, type StartFailures, statusOf } from '../../model/engine.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';

/** An engine and its current state. */
export interface ShownEngine {
  readonly engine: EngineRecord;
  readonly status: EngineStatus;
  /** RFC 3339. Undefined: this server has not observed it yet. */
  readonly observedAt: string | undefined;
  readonly reservedCpus: number;
  /** In MiB. */
  readonly reservedMemory: number;
  /** The operator-defined resources in use. Undefined: none are defined. */
  readonly reservedResources: Readonly<Record<string, number>> | undefined;
  /** Why some of its containers or images are unknown. Undefined: all are known. */
  readonly unclear: string | undefined;
  /** Recent failures of starts. Undefined: none. */
  readonly failures: StartFailures | undefined;
  /** The number of running containers, foreign ones included. */
  readonly containers: number;
}

/** Sorted by id. */
export async function showEngines(cluster: Cluster): Promise<ShownEngine[]> {
  await cluster.cache.catchUp();
  return showKnownEngines(cluster);
}

/** From memory alone: the store may be away. */
export function showKnownEngines(cluster: Pick<Cluster, 'cache'>): ShownEngine[] {
  return cluster.cache.snapshots().map((snapshot) => show(cluster, snapshot));
}

/** Throws `no_such_engine`. */
export async function showEngine(cluster: Cluster, id: string): Promise<ShownEngine> {
  const { cache } = cluster;
  await cache.catchUp();
  return show(cluster, cache.snapshot(id));
}

function show({ cache }: Pick<Cluster, 'cache'>, snapshot: EngineSnapshot): ShownEngine {
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
