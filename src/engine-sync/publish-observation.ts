import { isDeepStrictEqual } from 'node:util';
import type { EngineObservation } from '../model/engine.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Observation } from '../state/observations.ts';
import type { Fence } from '../store/store.ts';

/** Unchanged observations are republished after this time, so that other servers see their age. */
const republishMs = 60_000;

/** Publishes an engine's observation to the servers that do not follow it. */
export async function publishObservation(
  { store, cache }: Cluster,
  engineId: string,
  { observedAt, images, swarm, unclear }: Observation,
  fence: Fence | undefined,
): Promise<void> {
  const reported = cache.publishedObservation(engineId);
  const now: EngineObservation = {
    observedAt,
    images: [...images].sort(),
    ...(swarm && { swarm }),
    ...(unclear !== undefined && { unclear }),
  };
  const isChange = !isDeepStrictEqual({ ...reported?.value, observedAt }, now);
  const isOld = reported !== undefined && reported.ageMs > republishMs;
  if (isChange || isOld) await store.write([{ kind: 'observation', id: engineId, value: now }], { lease: fence });
}
