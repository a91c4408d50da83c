import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { renameContainer } from '../../../commands/containers/rename-container.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { idSchema, jsonPayload } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type ContainerParams, containerParams } from './params.ts';

interface Rename {
  readonly name: string;
}

/** Docker wants two characters. */
const payload = Joi.object<Rename>({ name: idSchema.min(2).required() }).required();

export function renameRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Payload: Rename }>({
    method: 'POST',
    path: '/apiv1/container/{container}/rename',
    options: { payload: jsonPayload, validate: { ...containerParams, headers: keyHeader, payload } },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const { params, payload } = request;
        const options = { isRetry: attempt?.isRetry };
        const renamed = await renameContainer(cluster, params.container, payload.name, options);
        return { status: 200, body: success(serializeInspectedContainer(renamed)) };
      }),
  });
}
