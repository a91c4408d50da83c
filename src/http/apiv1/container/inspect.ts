import type { Server } from '@hapi/hapi';
import { inspectDocument } from '../../../commands/containers/inspect-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
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
