import type { CommittedImage } from '../../api/container.ts';
import type { CommitOptions } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/** Makes an image of a container, on its engine. Throws what `findContainer` throws, `invalid`, or what the engine failed with. */
export async function commitContainer(
  cluster: Cluster,
  reference: string,
  options: CommitOptions,
): Promise<CommittedImage> {
  const { engine, container } = await findContainer(cluster, reference);
  const id = await cluster.pool.client(engine).commitContainer(container.id, options).catch(nameInError(container));
  cluster.logger.info({ engineId: engine.id, containerId: container.id, imageId: id }, 'container committed');
  return { id, engine: engine.id };
}
