import type { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { inspectEngineImage } from '../../../commands/engine-images/find-engine-image.ts';
import { loadEngineImages } from '../../../commands/engine-images/load-engine-images.ts';
import { saveEngineImage } from '../../../commands/engine-images/save-engine-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { needs } from '../../route-rules.ts';
import { answerTar } from '../../tar-answer.ts';
import { untilStop } from '../../until-stop.ts';
import { drained, streamedPayload, uploaded } from '../../uploaded.ts';
import { idSchema, strictValidation } from '../../validation.ts';
import { imageSchema } from './schema.ts';

const saveQuery = Joi.object({ name: imageSchema.required(), engine: idSchema });

/** GET, and HEAD, which Hapi routes to the GET handler. */
export function saveRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Query: { readonly name: string; readonly engine?: string } }>({
    method: 'GET',
    path: '/apiv1/engine-images/save',
    options: {
      description: 'Read an image as a tar archive',
      plugins: needs('export', 'engine-image'),
      validate: { ...strictValidation, query: saveQuery },
    },
    handler: async (request, h) => {
      if (request.raw.req.method !== 'HEAD')
        return await answerTar(request, h, stopping, (signal) => saveEngineImage(cluster, request.query, signal));
      // HEAD does not open the archive: the engine would build it completely before its first byte.
      const { name, engine } = request.query;
      await inspectEngineImage(cluster, name, engine);
      return h.response('').code(200).type('application/x-tar');
    },
  });
}

interface LoadQuery {
  readonly to?: readonly string[];
  readonly from?: string;
  readonly name?: string;
}

export const target = Joi.string()
  .max(136)
  .pattern(/^(label[:=].{1,128}|[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127})$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the id of an engine, or a label like label:disk=ssd' });

const loadQuery = Joi.object<LoadQuery>({
  to: Joi.array().items(target).single().max(1024),
  from: idSchema,
  name: imageSchema,
})
  .with('from', 'name')
  .with('name', 'from')
  .messages({ 'object.with': 'from and name must be given together' });

/**
 * The body is an archive; with `from` and `name` it is read from an engine. Answers JSON lines: the progress of each
 * engine, and the results.
 */
export function loadRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Query: LoadQuery; Payload: Readable }>({
    method: 'POST',
    path: '/apiv1/engine-images/load',
    options: {
      description: 'Load an archive of images, or an image of one engine, on engines',
      plugins: needs('import', 'engine-image'),
      payload: streamedPayload,
      validate: { ...strictValidation, query: loadQuery },
    },
    handler: async (request, h) => {
      const { to = [], from: engine, name } = request.query;
      const open = async (signal: AbortSignal) =>
        name === undefined ? uploaded(request.payload) : await saveEngineImage(cluster, { name, engine }, signal);
      const load = (signal: AbortSignal) => loadEngineImages(cluster, { to, open }, signal);
      return await answerJsonLines(request, h, stopping, load).catch(async (error: unknown) => {
        await drained(request.payload);
        throw error;
      });
    },
  });
}
