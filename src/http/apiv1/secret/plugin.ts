import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { InspectedSecret, NewSecretBody, Secret, SecretValueBody, UpdatedSecret } from '../../../api/secret.ts';
import {
  createSecret,
  inspectSecret,
  listSecrets,
  type NamedSecret,
  removeSecret,
  updateSecret,
} from '../../../commands/secrets/secrets.ts';
import { SatsumaError } from '../../../model/errors.ts';
import { projectOf } from '../../../model/image-config.ts';
import { maxSecretBytes } from '../../../model/secret.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { isServiceWithin } from '../../../state/scopes.ts';
import { textMap } from '../../engine-things.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';

import { ownProject } from '../../within-scope.ts';
import { isOfProject, ofProject, type ProjectQuery } from '../of-project.ts';

const maxCharacters = Math.ceil((maxSecretBytes * 4) / 3) + 4;
/** The error message must not quote the value. */
const unquoted = { '*': `{{#label}} must be a text of 1 to ${maxSecretBytes} bytes` };
const valueKeys = {
  value: Joi.string().max(maxSecretBytes).messages(unquoted),
  value_base64: Joi.string().base64().max(maxCharacters).messages(unquoted),
};
const newBody = Joi.object<NewSecretBody>({
  name: idSchema.required(),
  project: idSchema,
  labels: textMap,
  ...valueKeys,
})
  .xor('value', 'value_base64')
  .required();
const valueBody = Joi.object<SecretValueBody>(valueKeys).xor('value', 'value_base64').required();
const named = { ...strictValidation, params: Joi.object({ name: idSchema }) };

interface Named {
  readonly Params: { readonly name: string };
}

export const secretPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-secret',
  register: (server, { cluster }) => {
    server.route<{ Payload: NewSecretBody }>({
      method: 'POST',
      path: '/apiv1/secret',
      options: {
        description: 'Create a secret; its value is never returned',
        plugins: needs('create', 'secret'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: newBody },
      },
      handler: async (request, h) => {
        const { app, payload } = request;
        const { name, project, labels } = payload;
        const owner = ownProject(cluster, request, project);
        const given = { name, ...owner, labels, value: bytesOf(payload) };
        const made = await createSecret(cluster, given, app.principal ?? anyone);
        return h.response(success(serialize(made))).code(201);
      },
    });
    server.route<ProjectQuery>({
      method: 'GET',
      path: '/apiv1/secrets',
      options: {
        description: 'List the secrets, without their values',
        plugins: needs('read', 'secret'),
        validate: ofProject,
      },
      handler: async ({ query, app: { scope } }) =>
        success((await listSecrets(cluster)).filter((each) => isOfProject(each, query, scope)).map(serialize)),
    });
    server.route<Named>({
      method: 'GET',
      path: '/apiv1/secret/{name}',
      options: {
        description: 'Show a secret, its versions and its users',
        plugins: needs('read', 'secret'),
        validate: named,
      },
      handler: async ({ app: { scope }, params }) => {
        const { versions, usedBy, ...secret } = await inspectSecret(cluster, params.name, scope);
        const answer: InspectedSecret = {
          ...serialize(secret),
          versions: versions.map(({ version, createdAt, createdBy }) => {
            return { version, created_at: createdAt, created_by: createdBy };
          }),
          used_by: usedBy,
        };
        return success(answer);
      },
    });
    server.route<Named & { Payload: SecretValueBody }>({
      method: 'PUT',
      path: '/apiv1/secret/{name}',
      options: {
        description: 'Change the value of a secret, and replace the replicas that use it',
        plugins: needs('update', 'secret'),
        payload: jsonPayload,
        validate: { ...named, payload: valueBody },
      },
      handler: async ({ app: { principal = anyone, scope }, params: { name }, payload }) => {
        const { services, ...secret } = await updateSecret(cluster, { name, value: bytesOf(payload) }, principal);
        const answer: UpdatedSecret = {
          ...serialize(secret),
          services: services.filter((each) => isServiceWithin(cluster, scope, each)),
        };
        return success(answer);
      },
    });
    server.route<Named>({
      method: 'DELETE',
      path: '/apiv1/secret/{name}',
      options: {
        description: 'Remove an unused secret',
        plugins: needs('remove', 'secret'),
        validate: named,
      },
      handler: async ({ params: { name } }, h) => {
        await removeSecret(cluster, name);
        return h.response(success(`Secret ${name} removed`)).code(202);
      },
    });
  },
};

function bytesOf(body: SecretValueBody): Buffer {
  const bytes = 'value' in body ? Buffer.from(body.value) : Buffer.from(body.value_base64, 'base64');
  if (bytes.length > 0 && bytes.length <= maxSecretBytes) return bytes;
  throw new SatsumaError('invalid', `a secret must have 1 to ${maxSecretBytes} bytes`);
}

function serialize(secret: NamedSecret): Secret {
  const { name, version, createdAt, updatedAt, labels } = secret;
  const times = { created_at: createdAt, updated_at: updatedAt };
  return { name, version, project: projectOf(secret), ...times, ...(labels && { labels }) };
}
