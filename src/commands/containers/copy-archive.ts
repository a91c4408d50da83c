import { unlessLost } from '../../execution/engine-loss.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import type { Archive, PathStat, PutArchiveOptions } from '../../model/path-stat.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';
import { openTransfer } from './transfer.ts';

/**
 * The type and size of a path in a container. Throws what `findContainer` throws, `no_such_path`, and the engine's
 * error.
 */
export async function statPath(cluster: Cluster, reference: string, path: string): Promise<PathStat> {
  const { engine, container } = await findContainer(cluster, reference);
  return await retryDuringRestart(cluster, engine.id, (client) => client.statPath(container.id, path), {
    isRepeatable: true,
    isPinged: true,
  }).catch(nameInError(container));
}

/** A path of a container as a tar archive. Throws as `openTransfer`, and `no_such_path`. */
export function openArchive(cluster: Cluster, reference: string, path: string, signal: AbortSignal): Promise<Archive> {
  return openTransfer(cluster, reference, signal, (client, id, until) => client.openArchive(id, path, until));
}

/**
 * Unpacks an archive in a folder of a container, at the engine's speed. Throws what `findContainer` throws, what the
 * archive throws, and the engine's error.
 */
export async function putArchive(
  cluster: Cluster,
  reference: string,
  options: PutArchiveOptions,
  { archive, signal }: { readonly archive: AsyncIterable<Buffer>; readonly signal: AbortSignal },
): Promise<void> {
  const { engine, container } = await findContainer(cluster, reference);
  await unlessLost(cluster, engine.id, signal, (until) =>
    cluster.pool.client(engine).putArchive(container.id, options, archive, until),
  ).catch(nameInError(container));
}
