import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { type ContainerFilter, listContainers } from '../../../cluster/list-containers.ts';
import { success } from '../../envelope.ts';
import { flagSchema, idSchema, strictly } from '../../validation.ts';
import { containerShape } from '../shapes.ts';

const querySchema = Joi.object({
  all: flagSchema,
  engine: idSchema,
  label: Joi.string().max(128),
  image: Joi.string().max(255),
  state: Joi.string().valid('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'),
});

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: ContainerFilter }>({
    method: 'GET',
    path: '/apiv1/containers',
    options: { validate: { ...strictly, query: querySchema } },
    handler: async ({ query }) => {
      const { containers, errors } = await listContainers(cluster, query);
      return success(containers.map(containerShape), { errors });
    },
  });
}
