import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { EngineImageRow, ImageStepRow } from '../../../api/engine-image.ts';
import { inspectEngineImage, listImageSteps } from '../../../commands/engine-images/find-engine-image.ts';
import {
  type ClusterImage,
  type ImageFilter,
  imagePlace,
  listEngineImages,
} from '../../../commands/engine-images/list-engine-images.ts';
import type { ImageStep } from '../../../model/engine-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { type PageQuery, pageKeys, pageOf } from '../../page.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, strictValidation } from '../../validation.ts';
import { imageSchema } from './schema.ts';

const listQuery = Joi.object({ engine: idSchema, name: imageSchema, ...pageKeys });

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: ImageFilter & PageQuery }>({
    method: 'GET',
    path: '/apiv1/engine-images',
    options: {
      description: 'List the images on the engines',
      plugins: needs('read', 'engine-image'),
      validate: { ...strictValidation, query: listQuery },
    },
    handler: async ({ query }) => {
      const { images, errors } = await listEngineImages(cluster, query);
      const { rows, ...next } = pageOf(images, query, imagePlace);
      return success(rows.map(serialize), { ...next, errors });
    },
  });
}

interface OneQuery {
  readonly Query: { readonly name: string; readonly engine?: string };
}

const one = { ...strictValidation, query: Joi.object({ name: imageSchema.required(), engine: idSchema }) };

/** Docker's own inspect document. */
export function inspectRoute(server: Server, cluster: Cluster): void {
  server.route<OneQuery>({
    method: 'GET',
    path: '/apiv1/engine-images/inspect',
    options: {
      description: "Show Docker's inspect document of an image",
      plugins: needs('reveal', 'engine-image'),
      validate: one,
    },
    handler: async ({ query }) => {
      const { engine, value } = await inspectEngineImage(cluster, query.name, query.engine);
      return success(value, { engine });
    },
  });
}

export function historyRoute(server: Server, cluster: Cluster): void {
  server.route<OneQuery>({
    method: 'GET',
    path: '/apiv1/engine-images/history',
    options: { description: 'Show the history of an image', plugins: needs('reveal', 'engine-image'), validate: one },
    handler: async ({ query }) => {
      const { engine, value } = await listImageSteps(cluster, query.name, query.engine);
      return success(value.map(serializeStep), { engine });
    },
  });
}

function serialize({ id, tags, sizeBytes, createdAt, engines }: ClusterImage): EngineImageRow {
  return { id, tags, size: sizeBytes, created_at: createdAt, engines };
}

function serializeStep({ id, createdAt, createdBy, sizeBytes, comment, tags }: ImageStep): ImageStepRow {
  return { id: id ?? null, created_at: createdAt, created_by: createdBy, size: sizeBytes, comment, tags };
}
