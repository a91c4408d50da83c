import type { AttachOptions, ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { openProcess } from './open-process.ts';

/** The standard streams of a container that runs. Throws as `openProcess`, and `wrong_state` where it does not run. */
export function attachContainer(
  cluster: Cluster,
  reference: string,
  options: AttachOptions,
  signal: AbortSignal,
): Promise<ProcessStream> {
  return openProcess(cluster, reference, signal, (client, id, until) => client.attachContainer(id, options, until));
}
