import type { Server } from '@hapi/hapi';
import { removeService } from '../../../commands/services/change-service.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { type ServiceParams, serviceParams } from './params.ts';

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'DELETE',
    path: '/apiv1/service/{name}',
    options: { validate: serviceParams },
    handler: async ({ params: { name } }, h) => {
      await removeService(cluster, name);
      return h.response(success(`Service ${name} is being removed: its replicas are stopped`)).code(202);
    },
  });
}
