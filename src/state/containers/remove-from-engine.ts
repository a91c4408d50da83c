import type { EngineClient, RemoveOptions } from '../../engines/engine-client.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import type { Cluster } from '../cluster.ts';

interface OnEngine {
  readonly engineId: string;
  readonly containerId: string;
}

/** Removes a container, which may already be gone, from its engine and the cache. Throws the engine's error. */
export async function removeFromEngine(
  { cache }: Pick<Cluster, 'cache'>,
  client: EngineClient,
  { engineId, containerId }: OnEngine,
  options?: RemoveOptions,
): Promise<void> {
  await client.removeContainer(containerId, options).catch(ignoreNotFound);
  cache.containers.remove(engineId, containerId);
}
