import type { Server } from '@hapi/hapi';
import { inspectContainer } from '../../../commands/containers/inspect-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
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
