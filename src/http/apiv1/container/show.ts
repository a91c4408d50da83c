import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { inspectContainer } from '../../../cluster/inspect-container.ts';
import type { Reservation } from '../../../model/reservation.ts';
import { success } from '../../envelope.ts';
import { containerShape } from '../shapes.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container*}',
    options: { validate: containerParams },
    handler: async ({ params }) => {
      const { container, reservation } = await inspectContainer(cluster, params.container);
      return success({ ...containerShape(container), placement: reservation ? placementShape(reservation) : null });
    },
  });
}

function placementShape({ id, claims, reason, createdAt }: Reservation): object {
  return { reservation: id, claims, ...reason, created_at: createdAt };
}
