import type { EngineClient, RemoveOptions } from '../../engines/engine-client.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import type { Cluster } from '../cluster.ts';

interface OnEngine {
  readonly engineId: string;
  readonly containerId: string;
}

/** Removes a container, which may be gone already, and has it known at once. Throws what the engine failed with. */
export async function removeFromEngine(
  { cache }: Pick<Cluster, 'cache'>,
  client: EngineClient,
  { engineId, containerId }: OnEngine,
  options?: RemoveOptions,
): Promise<void> {
  await client.removeContainer(containerId, options).catch(ignoreNotFound);
  cache.containers.remove(engineId, containerId);
}
