import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { inspectDocument } from '../../../cluster/inspect-container.ts';
import { success } from '../../envelope.ts';
import { type ContainerParams, containerParams } from './params.ts';

/** Docker's own document, for what ours leaves out. */
export function inspectRoutes(server: Server, cluster: Cluster): void {
  for (const path of ['/apiv1/container/{container}/inspect', '/apiv1/container/{container*2}/inspect']) {
    server.route<ContainerParams>({
      method: 'GET',
      path,
      options: { validate: containerParams },
      handler: async ({ params }) => success(await inspectDocument(cluster, params.container)),
    });
  }
}
