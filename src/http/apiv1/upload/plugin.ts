import type { Readable } from 'node:stream';
import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { NewUpload } from '../../../api/upload.ts';
import { uploadsOf } from '../../../commands/uploads/uploads.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { explainStop, untilStop } from '../../until-stop.ts';
import { uploadId, uploadOwner } from '../../upload-owner.ts';
import { drained, streamedPayload, uploaded } from '../../uploaded.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';

interface One {
  readonly Params: { readonly id: string };
}

const whole = Joi.number().integer().max(Number.MAX_SAFE_INTEGER);
const params = Joi.object({ id: uploadId.required() });
const newUpload = Joi.object<NewUpload>({
  size: whole.min(1).required(),
  sha256: Joi.string()
    .pattern(/^[0-9a-f]{64}$/)
    .required()
    .messages({ 'string.pattern.base': '{{#label}} must be a digest of 64 hexadecimal digits' }),
}).required();

/** Whoever may build an image may upload what it is built from. */
const plugins = needs('create', 'engine-image');

function createRoute(server: Server, { cache }: Cluster): void {
  server.route<{ Payload: NewUpload }>({
    method: 'POST',
    path: '/apiv1/upload',
    options: {
      description: 'Begin an upload of what an image is built from, or go on with one of the same bytes',
      plugins,
      payload: jsonPayload,
      validate: { ...strictValidation, payload: newUpload },
    },
    handler: async (request, h) =>
      h.response(success(await uploadsOf(cache).create(uploadOwner(request), request.payload))).code(201),
  });
}

function inspectRoute(server: Server, { cache }: Cluster): void {
  server.route<One>({
    method: 'GET',
    path: '/apiv1/upload/{id}',
    options: {
      description: 'Show how much of an upload has arrived',
      plugins,
      validate: { ...strictValidation, params },
    },
    handler: (request) => success(uploadsOf(cache).inspect(uploadOwner(request), request.params.id)),
  });
}

function appendRoute(server: Server, { cache }: Cluster): void {
  const stopping = untilStop(server);
  server.route<One & { Payload: Readable; Query: { readonly offset: number } }>({
    method: 'PATCH',
    path: '/apiv1/upload/{id}',
    options: {
      description: 'Append bytes to an upload',
      plugins,
      payload: streamedPayload,
      validate: {
        ...strictValidation,
        params,
        query: Joi.object({ offset: whole.min(0).required().prefs({ convert: true }) }),
      },
    },
    handler: async (request) => {
      const { payload, params, query } = request;
      const stop = () => void payload.destroy();
      stopping.addEventListener('abort', stop);
      try {
        const given = { offset: query.offset, bytes: uploaded(payload), stop };
        return success(await uploadsOf(cache).append(uploadOwner(request), params.id, given));
      } catch (error) {
        if (stopping.aborted) explainStop(stopping, 'this server is stopping: begin the upload again')(error);
        await drained(payload);
        throw error;
      } finally {
        stopping.removeEventListener('abort', stop);
      }
    },
  });
}

function removeRoute(server: Server, { cache }: Cluster): void {
  server.route<One>({
    method: 'DELETE',
    path: '/apiv1/upload/{id}',
    options: { description: 'Remove an upload', plugins, validate: { ...strictValidation, params } },
    handler: (request, h) => {
      const { id } = request.params;
      const owner = uploadOwner(request);
      uploadsOf(cache).inspect(owner, id);
      uploadsOf(cache).remove(owner, id);
      return h.response(success({ id })).code(202);
    },
  });
}

/** What images are built from, in several requests where the connection breaks. */
export const uploadPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-upload',
  register: (server, { cluster }) => {
    for (const route of [createRoute, inspectRoute, appendRoute, removeRoute]) route(server, cluster);
    server.ext('onPostStop', () => uploadsOf(cluster.cache).close());
  },
};
