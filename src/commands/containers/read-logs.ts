import type { LogOptions } from '../../engines/engine-client.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * What a container wrote, from its engine to whoever reads and no faster than that; until the signal aborts. Throws what
 * `findContainer` throws, or what the engine failed with before it began to tell.
 */
export async function readLogs(
  cluster: Cluster,
  reference: string,
  { signal, ...options }: LogOptions & { readonly signal: AbortSignal },
): Promise<AsyncIterable<Buffer>> {
  const { engine, container } = await findContainer(cluster, reference);
  return await cluster.pool.client(engine).openLogs(container.id, options, signal).catch(nameInError(container));
}
