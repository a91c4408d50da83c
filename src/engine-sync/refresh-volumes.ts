import { isDeepStrictEqual } from 'node:util';
import { type EngineVolumes, engineVolumesOf } from '../model/volume.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';

/** Each round before the last lost against another server, which may have an older answer. */
const maximumRounds = 3;

/**
 * Queries an engine's volumes and stores changes: containers with a named volume wait for its engine while that is
 * down. Throws the engine's error, or `store_unavailable`.
 */
export async function refreshVolumes(cluster: Cluster, engineId: string, lease?: Fence): Promise<EngineVolumes> {
  const { cache, pool, store } = cluster;
  for (let round = 1; ; round++) {
    // Read before the query: a later write may be newer than the answer.
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
