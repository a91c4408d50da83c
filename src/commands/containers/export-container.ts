import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * All files of a container as a tar archive, from its engine to whoever reads and no faster than that; until the signal
 * aborts. Throws what `findContainer` throws, or what the engine failed with before the archive began.
 */
export async function exportContainer(
  cluster: Cluster,
  reference: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const { engine, container } = await findContainer(cluster, reference);
  return await cluster.pool.client(engine).openExport(container.id, signal).catch(nameInError(container));
}
