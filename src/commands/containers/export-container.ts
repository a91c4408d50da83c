import type { Cluster } from '../../state/cluster.ts';
import { openTransfer } from './transfer.ts';

/** All files of a container as a tar archive. Throws as `openTransfer`. */
export async function exportContainer(
  cluster: Cluster,
  reference: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const { bytes } = await openTransfer(cluster, reference, signal, async (client, id, until) => ({
    bytes: await client.openExport(id, until),
  }));
  return bytes;
}
