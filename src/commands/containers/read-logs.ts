import type { LogOptions } from '../../engines/engine-client.ts';
import type { Cluster } from '../../state/cluster.ts';
import { openTransfer } from './transfer.ts';

/** Streams a container's log at the reader's speed, until the signal aborts. Throws as `openTransfer`. */
export async function readLogs(
  cluster: Cluster,
  reference: string,
  { signal, ...options }: LogOptions & { readonly signal: AbortSignal },
): Promise<AsyncIterable<Buffer>> {
  const { bytes } = await openTransfer(cluster, reference, signal, async (client, id, until) => ({
    bytes: await client.openLogs(id, options, until),
  }));
  return bytes;
}
