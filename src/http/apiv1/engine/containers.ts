import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { listContainers } from '../../../commands/containers/list-containers.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeContainerOnEngine } from '../../serialize.ts';
import { flagSchema } from '../../validation.ts';
import { type EngineParams, engineParams } from './params.ts';

interface Query {
  readonly all: boolean;
  readonly consistent: boolean;
}

export function containersRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Query: Query }>({
    method: 'GET',
    path: '/apiv1/engine/{id}/containers',
    options: {
      validate: {
        ...engineParams,
        query: Joi.object({ all: flagSchema.default(false), consistent: flagSchema.default(false) }),
      },
    },
    handler: async ({ params, query }) => {
      const { containers, errors } = await listContainers(cluster, { ...query, engine: params.id });
      const { observedAt } = cluster.cache.observation(params.id);
      const beside = { ...(observedAt !== '' && { observed_at: observedAt }), ...(errors.length > 0 && { errors }) };
      return success(Array.from(containers, serializeContainerOnEngine), beside);
    },
  });
}
