import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { removeEngine } from '../../../commands/engines/remove-engine.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { flagSchema } from '../../validation.ts';
import { type EngineParams, engineParams } from './params.ts';

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Query: { force: boolean } }>({
    method: 'DELETE',
    path: '/apiv1/engine/{id}',
    options: { validate: { ...engineParams, query: Joi.object({ force: flagSchema.default(false) }) } },
    handler: async ({ params, query }, h) => {
      await removeEngine(cluster, params.id, { force: query.force });
      return h.response(success(`Engine ${params.id} removed`)).code(202);
    },
  });
}
