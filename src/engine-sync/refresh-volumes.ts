import { isDeepStrictEqual } from 'node:util';
import { type EngineVolumes, engineVolumesOf } from '../model/volume.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';

/** Each round but the last one was lost to another server, which may have asked before this one. */
const maximumRounds = 3;

/**
 * Asks an engine for its volumes, and puts on record what is new: a container that names one of them waits for its engine, should
 * that be away. Throws what the engine failed with, or `store_unavailable`.
 */
export async function refreshVolumes(cluster: Cluster, engineId: string, lease?: Fence): Promise<EngineVolumes> {
  const { cache, pool, store } = cluster;
  for (let round = 1; ; round++) {
    // Known before the engine is asked: what is written meanwhile may be newer than its answer.
    const known = cache.engineVolumes.get(engineId);
    const value = engineVolumesOf(await pool.client(cache.engine(engineId).value).listVolumes());
    if (isDeepStrictEqual(known?.value, value) || !cache.hasEngine(engineId)) return value;
    const change = { kind: 'engine-volumes', id: engineId, value } as const;
    const written = await store.write([{ ...change, ifVersion: known?.version ?? 0 }], { lease });
    if (written.ok) cache.engineVolumes.apply({ ...change, version: written.version });
    if (written.ok || written.conflict === 'lease' || round === maximumRounds) return value;
    await cache.catchUp();
  }
}
