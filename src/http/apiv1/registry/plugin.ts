import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { RegistryBody, RegistryRow } from '../../../api/registry.ts';
import { listRegistries, logIn, logOut, type Registry } from '../../../commands/registries/registries.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';

/** A host with an optional port. Like docker, accepts and ignores a scheme and a path. */
const server = Joi.string()
  .max(300)
  .pattern(/^(https?:\/\/)?([a-zA-Z0-9][a-zA-Z0-9.-]*|\[[0-9a-fA-F:]+\])(:\d{1,5})?(\/[\w./-]*)?$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the host of a registry, like registry.example.com:5000' });

/** The error message must not quote the password. */
const password = Joi.string()
  .max(16_384)
  .pattern(/^[^\0]+$/)
  .messages({ '*': '{{#label}} must be a text of 1 to 16384 characters' });

const body = Joi.object<RegistryBody>({
  server: server.required(),
  // Without a colon, which separates it from the password in HTTP basic authentication.
  username: Joi.string()
    .max(256)
    .pattern(/^[^\p{Cc}:]+$/u)
    .required(),
  password: password.required(),
  force: Joi.boolean(),
}).required();

function logInRoute(hapi: Server, cluster: Cluster): void {
  hapi.route<{ Payload: RegistryBody }>({
    method: 'POST',
    path: '/apiv1/registry',
    options: {
      description: 'Store credentials for a registry',
      plugins: needs('create', 'registry'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: body },
    },
    handler: async ({ payload: { force: isForced = false, ...credentials } }, h) => {
      const { warning, ...registry } = await logIn(cluster, { ...credentials, isForced });
      return h.response(success(serialize(registry), warning === undefined ? {} : { warning })).code(201);
    },
  });
}

function listRoute(hapi: Server, cluster: Cluster): void {
  hapi.route({
    method: 'GET',
    path: '/apiv1/registries',
    options: {
      description: 'List the registries with credentials, without passwords',
      plugins: needs('read', 'registry'),
      validate: strictValidation,
    },
    handler: async () => success((await listRegistries(cluster)).map(serialize)),
  });
}

function logOutRoute(hapi: Server, cluster: Cluster): void {
  hapi.route<{ Params: { readonly server: string } }>({
    method: 'DELETE',
    path: '/apiv1/registry/{server}',
    options: {
      description: 'Delete the credentials for a registry',
      plugins: needs('remove', 'registry'),
      validate: { ...strictValidation, params: Joi.object({ server }) },
    },
    handler: async ({ params }, h) =>
      h.response(success(`Credentials for ${await logOut(cluster, params.server)} removed`)).code(202),
  });
}

function serialize({ server: name, username, savedAt }: Registry): RegistryRow {
  return { server: name, username, saved_at: savedAt };
}

/** Credentials with which engines pull from registries. */
export const registryPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-registry',
  register: (hapi, { cluster }) => {
    for (const route of [logInRoute, listRoute, logOutRoute]) route(hapi, cluster);
  },
};
