import type { CommittedImage } from '../../api/container.ts';
import { unlessLost } from '../../execution/engine-loss.ts';
import type { CommitOptions } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * Creates an image from a container, on its engine. Throws what `findContainer` throws, `invalid`, or the engine's
 * error.
 */
export async function commitContainer(
  cluster: Cluster,
  reference: string,
  options: CommitOptions,
): Promise<CommittedImage> {
  const { engine, container } = await findContainer(cluster, reference);
  // Without a timeout, because it takes as long as the copy: it only ends early if the engine goes down.
  const id = await unlessLost(cluster, engine.id, new AbortController().signal, (signal) =>
    cluster.pool.client(engine).commitContainer(container.id, options, signal),
  ).catch(nameInError(container));
  cluster.logger.info({ engineId: engine.id, containerId: container.id, imageId: id }, 'container committed');
  return { id, engine: engine.id };
}
