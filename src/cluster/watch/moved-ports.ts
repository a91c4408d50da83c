import { isDeepStrictEqual } from 'node:util';
import type { ContainerSummary } from '../../model/container.ts';
import type { Cluster } from '../cluster.ts';
import { isAlive } from '../containers/container-view.ts';
import type { BoundPorts } from '../mirror/observations.ts';

/**
 * The ports of the replicas in an engine's list that are not bound as their service's status tells, by container id. Docker
 * binds other ports whenever it starts a container again, and none while the container waits to be started again.
 */
export function movedPorts(
  { mirror }: Pick<Cluster, 'mirror'>,
  containers: readonly ContainerSummary[],
): Map<string, BoundPorts> {
  const moved = new Map<string, BoundPorts>();
  for (const container of containers) {
    // A list that does not tell all ports is no reason to doubt those that are known.
    if (!isAlive(container) || container.unclear !== undefined) continue;
    const reservation = mirror.reservationsOf(container.id).find(({ replica }) => replica);
    if (!reservation?.replica) continue;
    const status = mirror.serviceStatuses.get(reservation.replica.service)?.value;
    const mark = status?.replicas[reservation.id];
    const isAsTold = mark?.phase === 'ready' && isDeepStrictEqual(mark.ports, container.ports);
    if (!isAsTold) moved.set(container.id, container.ports);
  }
  return moved;
}
