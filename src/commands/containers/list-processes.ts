import type { EngineClient } from '../../engines/engine-client.ts';
import { rideOut } from '../../execution/ride-out.ts';
import { unlessFrozen } from '../../execution/unless-frozen.ts';
import type { ProcessList } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/** Throws what `findContainer` throws, `wrong_state` if it does not run, or the engine's error. */
export async function listProcesses(cluster: Cluster, reference: string, psArgs?: string): Promise<ProcessList> {
  const { engine, container } = await findContainer(cluster, reference);
  const ask = (client: EngineClient) => unlessFrozen(cluster, engine.id, client.listProcesses(container.id, psArgs));
  return await rideOut(cluster, engine.id, ask, { isRepeatable: true }).catch(nameInError(container));
}
