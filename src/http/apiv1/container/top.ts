import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { listProcesses } from '../../../commands/containers/list-processes.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { type ContainerParams, containerParams } from './params.ts';

/** As `ps` takes them: options and columns, and nothing that a shell would read. */
const psArgs = Joi.string()
  .max(256)
  .pattern(/^[\w ,=+-]*$/);

export function topRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Query: { readonly ps_args?: string } }>({
    method: 'GET',
    path: '/apiv1/container/{container}/top',
    options: { validate: { ...containerParams, query: Joi.object({ ps_args: psArgs }) } },
    handler: async ({ params, query }) => success(await listProcesses(cluster, params.container, query.ps_args)),
  });
}
