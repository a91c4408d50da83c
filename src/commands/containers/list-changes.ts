import { rideOut } from '../../execution/ride-out.ts';
import type { FileChange } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/** What the container's files differ in from its image. Throws what `findContainer` throws, or what the engine failed with. */
export async function listChanges(cluster: Cluster, reference: string): Promise<readonly FileChange[]> {
  const { engine, container } = await findContainer(cluster, reference);
  return await rideOut(cluster, engine.id, (client) => client.listChanges(container.id), { isRepeatable: true }).catch(
    nameInError(container),
  );
}
