import type { EngineClient } from '../../engines/engine-client.ts';
import { watchEngine } from '../../execution/engine-loss.ts';
import type { Output, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { nameInError } from './name-in-error.ts';

/**
 * A process in a container, until its stream is destroyed or the signal aborts. Throws what `findContainer` throws, or what the
 * engine failed with; its stream throws `engine_unreachable` once the engine is known to be down.
 */
export async function openProcess(
  cluster: Cluster,
  reference: string,
  signal: AbortSignal,
  open: (client: EngineClient, containerId: string, signal: AbortSignal) => Promise<ProcessStream>,
): Promise<ProcessStream> {
  const { engine, container } = await findContainer(cluster, reference);
  const loss = watchEngine(cluster, engine.id, signal);
  const explain = nameInError(container);
  const fail = (error: unknown): never => {
    if (loss.signal.aborted) throw loss.signal.reason;
    return explain(error);
  };
  const until = AbortSignal.any([signal, loss.signal]);
  const process = await open(cluster.pool.client(engine), container.id, until).catch((error: unknown) => {
    loss.end();
    return fail(error);
  });
  return {
    ...process,
    output: explained(process.output, fail),
    end: () => process.end().catch(fail),
    destroy: () => {
      loss.end();
      process.destroy();
    },
  };
}

async function* explained(output: AsyncIterable<Output>, fail: (error: unknown) => never): AsyncGenerator<Output> {
  try {
    yield* output;
  } catch (error) {
    fail(error);
  }
}
