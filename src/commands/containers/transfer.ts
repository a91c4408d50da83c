import type { EngineClient } from '../../engines/engine-client.ts';
import { watchEngine } from '../../execution/engine-loss.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

interface Opened {
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Bytes of a container, from its engine to whoever reads and no faster than that, until the signal aborts. Throws what
 * `findContainer` throws, or what the engine failed with; the bytes throw `engine_unreachable` once the engine is known to be down.
 */
export async function openTransfer<T extends Opened>(
  cluster: Cluster,
  reference: string,
  signal: AbortSignal,
  open: (client: EngineClient, containerId: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { engine, container } = await findContainer(cluster, reference);
  const loss = watchEngine(cluster, engine.id, signal);
  const explain = nameInError(container);
  const fail = (error: unknown): never => {
    loss.end();
    if (loss.signal.aborted) throw loss.signal.reason;
    return explain(error);
  };
  const opened = await open(cluster.pool.client(engine), container.id, AbortSignal.any([signal, loss.signal])).catch(
    fail,
  );
  return { ...opened, bytes: explained(opened.bytes, fail, loss.end) };
}

async function* explained(
  bytes: AsyncIterable<Buffer>,
  fail: (error: unknown) => never,
  end: () => void,
): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    fail(error);
  } finally {
    end();
  }
}
