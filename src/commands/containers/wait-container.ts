import { unlessLost } from '../../execution/engine-loss.ts';
import type { ContainerExit, WaitCondition } from '../../model/container.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * Resolves when the condition holds, without a time limit. Throws what `findContainer` throws, `engine_unreachable`
 * once the engine is known to be down, or the engine's error; when the signal aborts, the resulting connection error.
 */
export async function waitContainer(
  cluster: Cluster,
  reference: string,
  condition: WaitCondition,
  signal: AbortSignal,
): Promise<ContainerExit> {
  const { engine, container } = await findContainer(cluster, reference);
  const client = cluster.pool.client(engine);
  const exit = unlessLost(cluster, engine.id, signal, (until) => client.waitContainer(container.id, condition, until));
  return await exit.catch(nameInError(container));
}
