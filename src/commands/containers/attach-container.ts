import type { AttachOptions, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { openProcess, type Recorded } from './open-process.ts';

/** The standard streams of a container that runs. Throws as `openProcess`, and `wrong_state` where it does not run. */
export function attachContainer(
  cluster: Cluster,
  reference: string,
  { owner, ...options }: AttachOptions & Recorded,
  signal: AbortSignal,
): Promise<ProcessStream> {
  return openProcess(cluster, reference, signal, {
    ...{ verb: 'attach', owner, isTerminal: true },
    open: (client, id, until) => client.attachContainer(id, options, until),
  });
}
