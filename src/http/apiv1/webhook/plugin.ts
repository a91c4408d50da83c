import { isIP } from 'node:net';
import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { NewWebhookBody, Webhook } from '../../../api/webhook.ts';
import { testWebhook } from '../../../commands/webhooks/test-webhook.ts';
import {
  createWebhook,
  findWebhook,
  listWebhooks,
  type NamedWebhook,
  removeWebhook,
} from '../../../commands/webhooks/webhooks.ts';
import { addressGuard } from '../../../execution/webhooks/address-guard.ts';
import { eventKinds } from '../../../model/cluster-event.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { readableKinds, requireKind } from '../../event-access.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';

interface Named {
  readonly Params: { readonly name: string };
}

const named = { ...strictValidation, params: Joi.object({ name: idSchema }) };

const several = (item: Joi.StringSchema) => Joi.array().items(item).single().min(1).max(100);
const text = Joi.string().max(255);
const filterSchema = Joi.object({
  kind: several(Joi.string().valid(...eventKinds)),
  action: several(text),
  name: several(text),
  engine: several(text),
  project: several(text),
});

function newSchema(allowed: readonly string[]) {
  const guard = addressGuard(allowed);
  const url = Joi.string()
    .max(2_048)
    .required()
    .custom((given: string, helpers) => {
      const url = URL.canParse(given) ? new URL(given) : undefined;
      if (!url || !['http:', 'https:'].includes(url.protocol)) return helpers.error('url.form');
      if (url.username !== '' || url.password !== '' || url.hash !== '') return helpers.error('url.parts');
      const host = url.hostname.replace(/^\[|\]$/g, '');
      // The address of a host name is checked when the webhook is called.
      return isIP(host) !== 0 && !guard.isOpen(host) ? helpers.error('url.closed') : given;
    })
    .messages({
      'url.form': '{{#label}} must be a URL like https://example.org/hook',
      'url.parts': '{{#label}} must have no user, no password and no fragment',
      'url.closed': '{{#label}} has a loopback, link-local or cloud metadata address, which is not in webhook-allow',
    });
  const secret = Joi.string().min(8).max(256).required().messages({
    // Messages without the value.
    'string.min': '{{#label}} must have at least 8 characters',
    'string.max': '{{#label}} must have at most 256 characters',
  });
  return Joi.object({ name: idSchema.required(), url, filter: filterSchema, secret }).required();
}

function createRoute(server: Server, cluster: Cluster): void {
  const payload = newSchema(cluster.settings.webhookAllow ?? []);
  server.route<{ Payload: NewWebhookBody }>({
    method: 'POST',
    path: '/apiv1/webhook',
    options: {
      description: 'Create a webhook',
      plugins: needs('create', 'webhook'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async (request, h) => {
      const { filter: asked = {}, ...given } = request.payload;
      for (const kind of asked.kind ?? []) requireKind(cluster, request, kind);
      // Permissions are not checked on delivery, so the filter is limited to what the creator may read.
      const filter = { ...asked, kind: asked.kind ?? readableKinds(cluster, request) };
      return h.response(success(serialize(await createWebhook(cluster, { ...given, filter })))).code(201);
    },
  });
}

function readRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/webhooks',
    options: {
      description: 'List the webhooks, without their secrets',
      plugins: needs('read', 'webhook'),
      validate: strictValidation,
    },
    handler: async () => success((await listWebhooks(cluster)).map(serialize)),
  });
  server.route<Named>({
    method: 'GET',
    path: '/apiv1/webhook/{name}',
    options: {
      description: 'Show a webhook and the state of its deliveries',
      plugins: needs('read', 'webhook'),
      validate: named,
    },
    handler: async ({ params }) => success(serialize(await findWebhook(cluster, params.name))),
  });
}

function removeRoute(server: Server, cluster: Cluster): void {
  server.route<Named>({
    method: 'DELETE',
    path: '/apiv1/webhook/{name}',
    options: { description: 'Remove a webhook', plugins: needs('remove', 'webhook'), validate: named },
    handler: async ({ params: { name } }, h) => {
      await removeWebhook(cluster, name);
      return h.response(success(`Webhook ${name} removed`)).code(202);
    },
  });
}

function testRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<Named>({
    method: 'POST',
    path: '/apiv1/webhook/{name}/test',
    options: {
      description: 'Send a test event to a webhook, and return the result',
      plugins: needs('update', 'webhook'),
      validate: named,
    },
    handler: async ({ params }) => success(await testWebhook(cluster, params.name, stopping)),
  });
}

/** Without the secret. */
function serialize({ name, url, filter, createdAt, state }: NamedWebhook): Webhook {
  const { delivered = 0, failed = 0, dropped = 0, waiting = 0, failures = 0, lastDeliveryAt, lastError } = state ?? {};
  const isNew = delivered === 0 && failures === 0;
  const status = {
    ...({ state: isNew ? 'new' : failures > 0 ? 'failing' : 'ok', delivered, failed, dropped, waiting } as const),
    ...{ last_delivery_at: lastDeliveryAt ?? null, last_error: lastError ?? null },
  };
  return { name, url, filter, created_at: createdAt, status };
}

export const webhookPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-webhook',
  register: (server, { cluster }) => {
    for (const route of [createRoute, readRoutes, removeRoute, testRoute]) route(server, cluster);
  },
};
