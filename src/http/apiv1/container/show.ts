import type { Server } from '@hapi/hapi';
import { inspectContainer } from '../../../commands/containers/inspect-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { type ConsistentQuery, consistentQuery } from '../consistent.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/container/{container*}',
    options: { validate: { ...containerParams, ...consistentQuery } },
    handler: async ({ params, query }) =>
      success(serializeInspectedContainer(await inspectContainer(cluster, params.container, query))),
  });
}
