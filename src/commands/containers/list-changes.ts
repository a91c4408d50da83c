import type { EngineClient } from '../../engines/engine-client.ts';
import { rideOut } from '../../execution/ride-out.ts';
import { unlessFrozen } from '../../execution/unless-frozen.ts';
import type { FileChange } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/** The files that differ from the image. Throws what `findContainer` throws, or the engine's error. */
export async function listChanges(cluster: Cluster, reference: string): Promise<readonly FileChange[]> {
  const { engine, container } = await findContainer(cluster, reference);
  const ask = (client: EngineClient) => unlessFrozen(cluster, engine.id, client.listChanges(container.id));
  return await rideOut(cluster, engine.id, ask, { isRepeatable: true }).catch(nameInError(container));
}
