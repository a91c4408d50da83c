import { watchEngine } from '../../execution/engine-loss.ts';
import type { Cluster } from '../../state/cluster.ts';
import { inspectEngineImage } from './find-engine-image.ts';

/**
 * An image as an archive, from the engine named, or from the first that has it; to whoever reads and no faster than that. Throws as
 * `inspectEngineImage`.
 */
export async function saveEngineImage(
  cluster: Cluster,
  { name, engine: wanted }: { readonly name: string; readonly engine?: string | undefined },
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const { engine } = await inspectEngineImage(cluster, name, wanted);
  const loss = watchEngine(cluster, engine, signal);
  const client = cluster.pool.client(cluster.cache.engine(engine).value);
  const fail = (error: unknown): never => {
    loss.end();
    throw loss.signal.aborted ? loss.signal.reason : error;
  };
  const archive = await client.openImageArchive(name, AbortSignal.any([signal, loss.signal])).catch(fail);
  return watched();

  async function* watched(): AsyncGenerator<Buffer> {
    try {
      yield* archive;
    } catch (error) {
      fail(error);
    } finally {
      loss.end();
    }
  }
}
