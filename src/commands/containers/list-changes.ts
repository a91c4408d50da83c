import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import type { FileChange } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/** The files that differ from the image. Throws what `findContainer` throws, or the engine's error. */
export async function listChanges(cluster: Cluster, reference: string): Promise<readonly FileChange[]> {
  const { engine, container } = await findContainer(cluster, reference);
  return await retryDuringRestart(cluster, engine.id, (client) => client.listChanges(container.id), {
    isRepeatable: true,
    isPinged: true,
  }).catch(nameInError(container));
}
