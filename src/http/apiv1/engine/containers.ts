import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { listOnEngine } from '../../../commands/containers/list-containers.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeContainer } from '../../serialize.ts';
import { flagSchema } from '../../validation.ts';
import { type EngineParams, engineParams } from './params.ts';

export function containersRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Query: { all: boolean } }>({
    method: 'GET',
    path: '/apiv1/engine/{id}/containers',
    options: { validate: { ...engineParams, query: Joi.object({ all: flagSchema.default(false) }) } },
    handler: async ({ params, query }) => {
      const containers = await listOnEngine(cluster, params.id, { all: query.all });
      return success(containers.map(serializeContainer));
    },
  });
}
