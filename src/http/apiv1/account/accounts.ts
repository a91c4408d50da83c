import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { Account, NewAccountBody } from '../../../api/account.ts';
import { createAccount, listAccounts, type NamedAccount } from '../../../commands/accounts/accounts.ts';
import { removeCredential } from '../../../commands/accounts/remove-credential.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { passwordSchema } from '../../password.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { scopeKeys, scopeOf, serializeScope } from './scope.ts';

const payload = Joi.object<NewAccountBody>({
  name: idSchema.max(100).required(),
  role: idSchema.required(),
  ...scopeKeys,
  password: passwordSchema.required(),
}).required();

export function accountRoutes(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewAccountBody }>({
    method: 'POST',
    path: '/apiv1/account',
    options: {
      description: 'Create an account',
      plugins: needs('create', 'account'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async ({ app: { principal = anyone }, payload: { name, role, password, ...narrowed } }, h) => {
      const account = { name, role, password, scope: scopeOf(narrowed) };
      return h.response(success(serialize(await createAccount(cluster, account, principal)))).code(201);
    },
  });
  server.route({
    method: 'GET',
    path: '/apiv1/accounts',
    options: { description: 'List the accounts', plugins: needs('read', 'account'), validate: strictValidation },
    handler: async () => success((await listAccounts(cluster)).map(serialize)),
  });
  server.route<{ Params: { readonly name: string } }>({
    method: 'DELETE',
    path: '/apiv1/account/{name}',
    options: {
      description: 'Remove an account; its tokens end',
      plugins: needs('remove', 'account'),
      validate: { ...strictValidation, params: Joi.object({ name: idSchema }) },
    },
    handler: async ({ app: { principal = anyone }, params: { name } }, h) => {
      await removeCredential(cluster, { kind: 'account', name }, principal);
      return h.response(success(`Account ${name} removed`)).code(202);
    },
  });
}

function serialize({ name, role, scope, createdAt, createdBy }: NamedAccount): Account {
  return { name, role, ...serializeScope(scope), created_at: createdAt, created_by: createdBy };
}
