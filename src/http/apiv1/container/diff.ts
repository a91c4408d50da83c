import type { Server } from '@hapi/hapi';
import { listChanges } from '../../../commands/containers/list-changes.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function diffRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container}/diff',
    options: { validate: containerParams },
    handler: async ({ params }) => success(await listChanges(cluster, params.container)),
  });
}
