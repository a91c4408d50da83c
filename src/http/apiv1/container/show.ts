import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { inspectContainer } from '../../../cluster/containers/inspect-container.ts';
import { success } from '../../envelope.ts';
import { inspectedContainerShape } from '../../shapes.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container*}',
    options: { validate: containerParams },
    handler: async ({ params }) => {
      return success(inspectedContainerShape(await inspectContainer(cluster, params.container)));
    },
  });
}
