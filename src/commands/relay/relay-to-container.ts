import type { RelayAnswer, RelayRequest } from '../../engines/relay-operations.ts';
import type { Cluster } from '../../state/cluster.ts';
import { openTransfer } from '../containers/transfer.ts';

/** `path`: what stands behind the container in Docker's path, like `/logs`. */
interface ContainerRelay extends Omit<RelayRequest, 'path'> {
  readonly path: string;
  readonly signal: AbortSignal;
}

/**
 * Docker's own answer about a container, as its engine gives it and no faster than it is read, until the signal aborts. Throws as
 * `openTransfer`.
 */
export function relayToContainer(
  cluster: Cluster,
  reference: string,
  { signal, path, ...request }: ContainerRelay,
): Promise<RelayAnswer> {
  return openTransfer(cluster, reference, signal, (client, id, until) =>
    client.relay({ ...request, path: `/containers/${id}${path}` }, until),
  );
}
