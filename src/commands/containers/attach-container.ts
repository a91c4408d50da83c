import type { AttachOptions, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { openProcess, type Recorded } from './open-process.ts';
import { startFound } from './start-container.ts';

interface Options extends Omit<AttachOptions, 'start'>, Recorded {
  /** Starts it as well, once its streams are connected. */
  readonly isStarted?: boolean | undefined;
}

/**
 * The standard streams of a container that runs. Throws as `openProcess`, and `wrong_state` where it does not run; where it
 * is started, as `startContainer`.
 */
export function attachContainer(
  cluster: Cluster,
  reference: string,
  { owner, isStarted = false, ...options }: Options,
  signal: AbortSignal,
): Promise<ProcessStream> {
  return openProcess(cluster, reference, signal, {
    ...{ verb: 'attach', owner, isTerminal: true },
    open: (client, id, until) => {
      const start = async () => startFound(cluster, await findContainer(cluster, id));
      return client.attachContainer(id, { ...options, ...(isStarted && { start }) }, until);
    },
  });
}
