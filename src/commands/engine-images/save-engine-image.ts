import { readUnlessLost } from '../../execution/engine-loss.ts';
import type { Cluster } from '../../state/cluster.ts';
import { inspectEngineImage } from './find-engine-image.ts';

/**
 * Streams an image as an archive, from the named engine, or from the first that has it, at the reader's speed. Throws
 * as `inspectEngineImage`.
 */
export async function saveEngineImage(
  cluster: Cluster,
  { name, engine: requestedEngine }: { readonly name: string; readonly engine?: string | undefined },
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const { engine } = await inspectEngineImage(cluster, name, requestedEngine);
  const client = cluster.pool.client(cluster.cache.engine(engine).value);
  const { bytes } = await readUnlessLost(cluster, engine, signal, async (until) => ({
    bytes: await client.openImageArchive(name, until),
  }));
  return bytes;
}
