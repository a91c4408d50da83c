import type { MovedContainer } from '../../api/exec.ts';
import { NextEngine } from '../../execution/starting/next-engine.ts';
import type { AttachOptions, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { openProcess, type Recorded } from './open-process.ts';
import { startFound } from './start-container.ts';

interface Options extends Omit<AttachOptions, 'start'>, Recorded {
  /** Also starts it once its streams are connected. */
  readonly isStarted?: boolean | undefined;
  /** It need not run yet: the caller starts it after attaching. */
  readonly isAwaited?: boolean | undefined;
  /**
   * If a container that was never started cannot be started by its engine, it is created again on the next engine;
   * called each time.
   */
  readonly moved?: ((to: MovedContainer) => Promise<void>) | undefined;
}

/**
 * Attaches to the standard streams of a running container. Throws as `openProcess`, and `wrong_state` if it does not
 * run; with a start, as `startContainer`, or as a run if it may move.
 */
export async function attachContainer(
  cluster: Cluster,
  reference: string,
  { moved, ...options }: Options,
  signal: AbortSignal,
): Promise<ProcessStream> {
  if (!moved || !options.isStarted) return await attach(cluster, reference, options, signal);
  const nextEngine = new NextEngine(cluster);
  for (let id = reference; ; ) {
    const found = await findContainer(cluster, id);
    const before = nextEngine.waiting(found);
    try {
      return await attach(cluster, found.container.id, options, signal);
    } catch (error) {
      const next = signal.aborted ? undefined : await nextEngine.after(found, error, before);
      if (!next) throw error;
      id = next.id;
      await moved({ container: next.id, engine: next.engine.id });
    }
  }
}

function attach(
  cluster: Cluster,
  reference: string,
  { owner, isStarted = false, isAwaited = false, ...options }: Omit<Options, 'moved'>,
  signal: AbortSignal,
): Promise<ProcessStream> {
  return openProcess(cluster, reference, signal, {
    ...{ verb: 'attach', owner, isTerminal: true },
    open: (client, id, until) => {
      const start = async () => {
        if (isStarted) await startFound(cluster, await findContainer(cluster, id));
      };
      return client.attachContainer(id, { ...options, ...((isStarted || isAwaited) && { start }) }, until);
    },
  });
}
