import type { Server } from '@hapi/hapi';
import { inspectContainer } from '../../../commands/containers/inspect-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container*}',
    options: { validate: containerParams },
    handler: async ({ params }) => {
      return success(serializeInspectedContainer(await inspectContainer(cluster, params.container)));
    },
  });
}
