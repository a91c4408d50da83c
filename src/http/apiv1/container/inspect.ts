import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { inspectDocument } from '../../../cluster/containers/inspect-container.ts';
import { success } from '../../envelope.ts';
import { type ContainerParams, containerParams } from './params.ts';

/** Docker's own document, for what ours leaves out. */
export function inspectRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container}/inspect',
    options: { validate: containerParams },
    handler: async ({ params }) => success(await inspectDocument(cluster, params.container)),
  });
}
