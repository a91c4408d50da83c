import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../access/principal.ts';
import { createServiceKey, listServiceKeys, removeServiceKey } from '../../commands/shipyard/service-keys.ts';
import {
  createWebhookKey,
  listWebhookKeys,
  removeWebhookKey,
  type WebhookKey,
} from '../../commands/shipyard/webhook-keys.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hiddenValue as hidden } from '../../model/hidden-value.ts';
import type { Cluster } from '../../state/cluster.ts';
import { imageName } from '../image-schema.ts';
import { needs } from '../route-rules.ts';
import { jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

const newServiceKey = Joi.object<{ readonly description: string }>({
  description: Joi.string().allow('').max(1024).default(''),
})
  .unknown()
  .required();
const someServiceKey = Joi.object<{ readonly key: string }>({
  key: Joi.string().max(256).required(),
})
  .unknown()
  .required();
const newWebhookKey = Joi.object<{ readonly image: string }>({
  image: imageName.required(),
})
  .unknown()
  .required();

/** Service keys have all permissions, so their creator needs all of them. */
export function serviceKeyRoutes(server: Server, cluster: Cluster): void {
  const path = '/api/servicekeys';
  server.route({
    method: 'GET',
    path,
    options: { plugins: needs('read', 'token') },
    handler: () => listServiceKeys(cluster),
  });
  server.route({
    method: 'POST',
    path,
    options: { plugins: needs('create', 'token'), payload: jsonPayload },
    handler: async ({ app: { principal = anyone }, payload }, h) => {
      const { description } = received(newServiceKey, fieldsOf(payload));
      const made = await createServiceKey(cluster, description, principal);
      return h.response(made).header('cache-control', 'no-store');
    },
  });
  server.route({
    method: 'DELETE',
    path,
    options: { plugins: needs('remove', 'token'), payload: jsonPayload },
    handler: async ({ app: { principal = anyone }, payload }, h) => {
      await removeServiceKey(cluster, received(someServiceKey, fieldsOf(payload)).key, principal);
      return h.response().code(204);
    },
  });
}

export function webhookKeyRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/api/webhookkeys',
    options: { plugins: needs('read', 'webhook') },
    handler: async ({ app }) => (await listWebhookKeys(cluster)).map((each) => shownTo(app, each)),
  });
  server.route<{ Params: { readonly id: string } }>({
    method: 'GET',
    path: '/api/webhookkeys/{id}',
    options: { plugins: { ...needs('read', 'webhook'), hiddenParams: ['id'] } },
    handler: async ({ app, params: { id } }) => {
      const found = (await listWebhookKeys(cluster)).find((each) => each.id === id || each.key === id);
      if (found) return shownTo(app, found);
      throw noKey();
    },
  });
  server.route({
    method: 'POST',
    path: '/api/webhookkeys',
    options: { plugins: needs('create', 'webhook'), payload: jsonPayload },
    handler: async ({ payload }, h) => {
      const made = await createWebhookKey(cluster, received(newWebhookKey, fieldsOf(payload)).image);
      return h.response(made).header('cache-control', 'no-store');
    },
  });
  server.route<{ Params: { readonly id: string } }>({
    method: 'DELETE',
    path: '/api/webhookkeys/{id}',
    options: { plugins: { ...needs('remove', 'webhook'), hiddenParams: ['id'] } },
    handler: async ({ params: { id } }, h) => {
      if (!(await removeWebhookKey(cluster, id))) throw noKey();
      return h.response().code(204);
    },
  });
}

/** The key is a credential, so it is shown only to callers that may reveal webhooks. */
function shownTo({ hidesValues = false }: Request['app'], key: WebhookKey): WebhookKey {
  return hidesValues ? { ...key, key: hidden } : key;
}

function noKey(): SatsumaError {
  return new SatsumaError('invalid', 'webhook key does not exist');
}
