import type { MovedContainer } from '../../api/exec.ts';
import { NextEngine } from '../../execution/starting/next-engine.ts';
import type { AttachOptions, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { openProcess, type Recorded } from './open-process.ts';
import { startFound } from './start-container.ts';

interface Options extends Omit<AttachOptions, 'start'>, Recorded {
  /** Starts it as well, once its streams are connected. */
  readonly isStarted?: boolean | undefined;
  /** It need not run yet: whoever attaches starts it afterwards. */
  readonly isAwaited?: boolean | undefined;
  /** One that was made and never started is made anew on the next engine where its own cannot start it; told each time. */
  readonly moved?: ((to: MovedContainer) => Promise<void>) | undefined;
}

/**
 * The standard streams of a container that runs. Throws as `openProcess`, and `wrong_state` where it does not run; where it
 * is started, as `startContainer`, or as a run where it may move.
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
