import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { RenameBody } from '../../../api/container.ts';
import { commitContainer } from '../../../commands/containers/commit-container.ts';
import { renameContainer } from '../../../commands/containers/rename-container.ts';
import { updateContainer } from '../../../commands/containers/update-container.ts';
import type { CommitOptions, ContainerUpdate } from '../../../model/container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { requireBesides } from '../../access-guard.ts';
import { success } from '../../envelope.ts';
import { imageName, updateSchema } from '../../image-schema.ts';
import { needs } from '../../route-rules.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { idSchema, jsonPayload } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type ContainerParams, containerParams } from './params.ts';

/** Docker requires two characters. */
const renameSchema = Joi.object<RenameBody>({ name: idSchema.min(2).required() }).required();

export function renameRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Payload: RenameBody }>({
    method: 'POST',
    path: '/apiv1/container/{container}/rename',
    options: {
      description: 'Rename a container',
      plugins: needs('update', 'container'),
      payload: jsonPayload,
      validate: { ...containerParams, headers: keyHeader, payload: renameSchema },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const { params, payload } = request;
        const options = { isRetry: attempt?.isRetry };
        const renamed = await renameContainer(cluster, params.container, payload.name, options);
        return { status: 200, body: success(serializeInspectedContainer(renamed)) };
      }),
  });
}

export function updateRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Payload: ContainerUpdate }>({
    method: 'POST',
    path: '/apiv1/container/{container}/update',
    options: {
      description: 'Change the limits or the restart policy of a container',
      plugins: needs('update', 'container'),
      payload: jsonPayload,
      validate: { ...containerParams, headers: keyHeader, payload: updateSchema },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async () => {
        const updated = await updateContainer(cluster, request.params.container, request.payload);
        return { status: 200, body: success(serializeInspectedContainer(updated)) };
      }),
  });
}

const line = Joi.string().max(1024);

const commitSchema = Joi.object<Record<keyof CommitOptions, unknown>>({
  image: imageName.pattern(/@/, { invert: true }).messages({
    'string.pattern.invert.base': '{{#label}} must be a name with an optional tag, without a digest',
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
    options: {
      description: 'Create an image from a container, on its engine',
      plugins: needs('export', 'container'),
      payload: jsonPayload,
      validate: { ...containerParams, payload: commitSchema },
    },
    handler: async (request) => {
      const { app, params, payload } = request;
      // Other containers on the engine may use the tag, so a scoped caller needs a permission to move it.
      if (app.scope && payload?.image !== undefined)
        requireBesides(cluster, request, { verb: 'create', noun: 'engine-image' });
      return success(await commitContainer(cluster, params.container, payload ?? {}));
    },
  });
}
