import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { NewRoleBody, Role } from '../../../api/account.ts';
import { createRole, listRoles, type NamedRole, removeRole } from '../../../commands/accounts/roles.ts';
import { nouns, type RoleRule, verbs } from '../../../model/access.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { scopeKeys, scopeOf, serializeScope } from './scope.ts';

const someOf = (words: readonly string[]) =>
  Joi.array()
    .items(Joi.string().valid('*', ...words))
    .min(1)
    .max(words.length)
    .unique()
    .required();

const payload = Joi.object<NewRoleBody>({
  name: idSchema.required(),
  rules: Joi.array()
    .items(Joi.object<RoleRule>({ verbs: someOf(verbs), nouns: someOf(nouns) }))
    .min(1)
    .max(32)
    .required(),
  policy: idSchema,
  ...scopeKeys,
}).required();

export function roleRoutes(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewRoleBody }>({
    method: 'POST',
    path: '/apiv1/role',
    options: {
      description: 'Create a role',
      plugins: needs('create', 'role'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async ({ app: { principal = anyone }, payload: { projects, engine_labels, ...role } }, h) => {
      const scope = scopeOf({ ...(projects && { projects }), ...(engine_labels && { engine_labels }) });
      const made = await createRole(cluster, { ...role, ...(scope && { scope }) }, principal);
      return h.response(success(serialize(made))).code(201);
    },
  });
  server.route({
    method: 'GET',
    path: '/apiv1/roles',
    options: { description: 'List the roles', plugins: needs('read', 'role'), validate: strictValidation },
    handler: async () => success((await listRoles(cluster)).map(serialize)),
  });
  server.route<{ Params: { readonly name: string } }>({
    method: 'DELETE',
    path: '/apiv1/role/{name}',
    options: {
      description: 'Remove a role that no token and no account has',
      plugins: needs('remove', 'role'),
      validate: { ...strictValidation, params: Joi.object({ name: idSchema }) },
    },
    handler: async ({ app: { principal = anyone }, params: { name } }, h) => {
      await removeRole(cluster, name, principal);
      return h.response(success(`Role ${name} removed`)).code(202);
    },
  });
}

function serialize({ name, rules, policy, scope, createdAt }: NamedRole): Role {
  return {
    ...{ name, rules, policy: policy ?? null, ...serializeScope(scope) },
    built_in: createdAt === undefined,
    created_at: createdAt ?? null,
  };
}
