import type { EngineClient, RemoveOptions } from '../../engines/engine-client.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type FoundContainer, findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * Kills and removes a container, running or not, ours or foreign, and releases its claims. Throws what `findContainer`
 * throws, `container_busy` while it is already being removed, or the engine's error.
 */
export async function destroyContainer(
  cluster: Cluster,
  reference: string,
  engineId?: string,
  options: RemoveOptions = {},
): Promise<FoundContainer> {
  const found = await findContainer(cluster, reference, engineId);
  const { engine, container } = found;
  try {
    const remove = async (client: EngineClient, isAgain: boolean) => {
      const removing = client.removeContainer(container.id, options);
      // The answer of an earlier attempt may have been lost after it succeeded.
      await (isAgain ? removing.catch(ignoreNotFound) : removing);
    };
    await retryDuringRestart(cluster, engine.id, remove, { isPinged: true });
  } catch (error) {
    if (isSatsumaError(error, 'no_such_container')) await forget(cluster, engine.id, container.id);
    return nameInError(container)(error);
  }
  await forget(cluster, engine.id, container.id);
  cluster.logger.info({ engineId: engine.id, containerId: container.id }, 'container destroyed');
  return found;
}

async function forget({ cache, store }: Cluster, engineId: string, containerId: string): Promise<void> {
  cache.containers.remove(engineId, containerId);
  await cache.catchUp();
  for (const { id } of cache.reservationsOf(containerId)) await store.release(id);
}
