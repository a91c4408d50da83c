import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import type { ProcessList } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/** Throws what `findContainer` throws, `wrong_state` if it does not run, or the engine's error. */
export async function listProcesses(cluster: Cluster, reference: string, psArgs?: string): Promise<ProcessList> {
  const { engine, container } = await findContainer(cluster, reference);
  return await retryDuringRestart(cluster, engine.id, (client) => client.listProcesses(container.id, psArgs), {
    isRepeatable: true,
    isPinged: true,
  }).catch(nameInError(container));
}
