import type { EngineClient } from '../../engines/engine-client.ts';
import { readUnlessLost } from '../../execution/engine-loss.ts';
import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

interface Opened {
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Streams bytes of a container at the reader's speed, until the signal aborts. Throws what `findContainer` throws, or
 * the engine's error; the stream throws `engine_unreachable` once the engine is known to be down.
 */
export async function openTransfer<T extends Opened>(
  cluster: Cluster,
  reference: string,
  signal: AbortSignal,
  open: (client: EngineClient, containerId: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { engine, container } = await findContainer(cluster, reference);
  const explain = nameInError(container);
  const opened = await retryDuringRestart(
    cluster,
    engine.id,
    (client) => readUnlessLost(cluster, engine.id, signal, (until) => open(client, container.id, until)),
    { signal, isRepeatable: true, isPinged: true },
  ).catch(explain);
  return { ...opened, bytes: explained(opened.bytes, explain) };
}

async function* explained(bytes: AsyncIterable<Buffer>, explain: (error: unknown) => never): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    explain(error);
  }
}
