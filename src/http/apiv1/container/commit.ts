import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { commitContainer } from '../../../commands/containers/commit-container.ts';
import type { CommitOptions } from '../../../model/container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { imageName } from '../../image-schema.ts';
import { jsonPayload } from '../../validation.ts';
import { type ContainerParams, containerParams } from './params.ts';

const line = Joi.string().max(1024);

const payload = Joi.object<Record<keyof CommitOptions, unknown>>({
  image: imageName.pattern(/@/, { invert: true }).messages({
    'string.pattern.invert.base': '{{#label}} must be a name and a tag: a digest is what comes out',
  }),
  author: line,
  message: line,
  changes: Joi.array().items(line).max(64),
  pause: Joi.boolean(),
}).allow(null);

export function commitRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Payload: CommitOptions | null }>({
    method: 'POST',
    path: '/apiv1/container/{container}/commit',
    options: { payload: jsonPayload, validate: { ...containerParams, payload } },
    handler: async ({ params, payload }) => success(await commitContainer(cluster, params.container, payload ?? {})),
  });
}
