import { randomUUID } from 'node:crypto';
import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { keepRecord, listRecords, removeRecord } from '../../commands/shipyard/records.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

const word = Joi.string().allow('').max(1024);

/** The extension's container options are kept as sent. */
const extension = Joi.object<Readonly<Record<string, unknown>>>({
  id: Joi.any().strip(),
  name: word.min(1).required(),
  image: word,
  author: word,
  description: word,
  version: word,
  url: word,
  environment: Joi.object().max(256),
  args: Joi.array().max(256),
  ports: Joi.array().max(256),
  config: Joi.object().max(64),
}).required();

export function extensionRoutes(server: Server, cluster: Cluster): void {
  const shown = async () =>
    (await listRecords(cluster, 'extension')).map(({ id, extension }) => ({ id, ...extension }));
  server.route({
    method: 'GET',
    path: '/api/extensions',
    options: { plugins: needs('read', 'webhook') },
    handler: shown,
  });
  server.route<{ Params: { readonly id: string } }>({
    method: 'GET',
    path: '/api/extensions/{id}',
    options: { plugins: needs('read', 'webhook') },
    handler: async ({ params }) => {
      const found = (await shown()).find(({ id }) => id === params.id);
      if (found) return found;
      throw noExtension();
    },
  });
  server.route({
    method: 'POST',
    path: '/api/extensions',
    options: { plugins: needs('create', 'webhook'), payload: { ...jsonPayload, maxBytes: 64 * 1024 } },
    handler: async ({ payload }, h) => {
      await keepRecord(cluster, randomUUID(), {
        type: 'extension',
        extension: received(extension, fieldsOf(payload)),
      });
      return h.response().code(204);
    },
  });
  server.route<{ Params: { readonly id: string } }>({
    method: 'DELETE',
    path: '/api/extensions/{id}',
    options: { plugins: needs('remove', 'webhook') },
    handler: async ({ params }, h) => {
      if (!(await shown()).some(({ id }) => id === params.id)) throw noExtension();
      await removeRecord(cluster, params.id);
      return h.response().code(204);
    },
  });
}

function noExtension(): SatsumaError {
  return new SatsumaError('invalid', 'extension does not exist');
}
