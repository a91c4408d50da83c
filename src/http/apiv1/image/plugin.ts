import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { NewSavedImageBody, SavedImageChangesBody } from '../../../api/saved-image.ts';
import { findImage, listImages } from '../../../commands/images/find-image.ts';
import { removeImage, replaceImage, saveImage } from '../../../commands/images/save-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { imageConfigSchema } from '../../image-schema.ts';
import { needs } from '../../route-rules.ts';
import { serializeSavedImage } from '../../serialize.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { withinScope } from '../../within-scope.ts';
import { isOfProject, ofProject, type ProjectQuery } from '../of-project.ts';

const imageParams = { ...strictValidation, params: Joi.object({ name: idSchema }) };

interface ImageParams {
  readonly Params: { readonly name: string };
}

const versionSchema = Joi.number().integer().min(1).max(999_999_999);

const newSchema = Joi.object({ name: idSchema.required(), image: imageConfigSchema }).required();

function saveRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewSavedImageBody }>({
    method: 'POST',
    path: '/apiv1/image',
    options: {
      description: 'Save an image config',
      plugins: needs('create', 'image'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: newSchema },
    },
    handler: async (request, h) => {
      const { name, image } = request.payload;
      const saved = await saveImage(cluster, name, withinScope(cluster, request, image));
      return h.response(success(serializeSavedImage({ name, ...saved }))).code(201);
    },
  });
}

function listRoute(server: Server, cluster: Cluster): void {
  server.route<ProjectQuery>({
    method: 'GET',
    path: '/apiv1/images',
    options: {
      description: 'List the saved image configs',
      plugins: needs('read', 'image'),
      validate: ofProject,
    },
    handler: async ({ query, app: { scope } }) => {
      const images = (await listImages(cluster)).filter(({ image }) => isOfProject(image, query, scope));
      return success(images.map(serializeSavedImage));
    },
  });
}

const query = Joi.object({ version: versionSchema.prefs({ convert: true }) });

function showRoute(server: Server, cluster: Cluster): void {
  server.route<ImageParams & { Query: { readonly version?: number } }>({
    method: 'GET',
    path: '/apiv1/image/{name}',
    options: {
      description: 'Show a saved image config',
      plugins: needs('read', 'image'),
      validate: { ...imageParams, query },
    },
    handler: async ({ params, query: { version } }) =>
      success(serializeSavedImage(await findImage(cluster, params.name, version))),
  });
}

const changesSchema = Joi.object({ image: imageConfigSchema, version: versionSchema }).required();

function replaceRoute(server: Server, cluster: Cluster): void {
  server.route<ImageParams & { Payload: SavedImageChangesBody }>({
    method: 'PUT',
    path: '/apiv1/image/{name}',
    options: {
      description: 'Save a new version of an image config',
      plugins: needs('update', 'image'),
      payload: jsonPayload,
      validate: { ...imageParams, payload: changesSchema },
    },
    handler: async (request) => {
      const { name } = request.params;
      const { image, version } = request.payload;
      const saved = await replaceImage(cluster, name, {
        image: withinScope(cluster, request, image),
        ifVersion: version,
      });
      return success(serializeSavedImage({ name, ...saved }));
    },
  });
}

function removeRoute(server: Server, cluster: Cluster): void {
  server.route<ImageParams>({
    method: 'DELETE',
    path: '/apiv1/image/{name}',
    options: { description: 'Remove a saved image config', plugins: needs('remove', 'image'), validate: imageParams },
    handler: async ({ params: { name } }, h) => {
      await removeImage(cluster, name);
      return h.response(success(`Image config ${name} removed`)).code(202);
    },
  });
}

const routes = [saveRoute, listRoute, showRoute, replaceRoute, removeRoute];

export const imagePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-image',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
