import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { NewToken, NewTokenBody, Token } from '../../../api/account.ts';
import { removeCredential } from '../../../commands/accounts/remove-credential.ts';
import { createToken, listTokens, type NamedToken } from '../../../commands/accounts/tokens.ts';
import { isExpired } from '../../../model/token.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { scopeKeys, scopeOf, serializeScope } from './scope.ts';

const daySeconds = 86_400;
const usualSeconds = 90 * daySeconds;
const maxSeconds = 3_660 * daySeconds;

const payload = Joi.object<NewTokenBody>({
  name: idSchema.required(),
  role: idSchema.required(),
  ...scopeKeys,
  expires_in: Joi.alternatives(Joi.number().integer().min(1).max(maxSeconds), Joi.string().valid('never'))
    .default(usualSeconds)
    .messages({ 'alternatives.match': `{{#label}} must be a number of seconds from 1 to ${maxSeconds}, or "never"` }),
}).required();

interface Named {
  readonly Params: { readonly name: string };
}

export function tokenRoutes(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewTokenBody }>({
    method: 'POST',
    path: '/apiv1/token',
    options: {
      description: 'Create a token; it is only in this answer',
      plugins: needs('create', 'token'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async ({ app: { principal = anyone }, payload: { name, role, expires_in, ...narrowed } }, h) => {
      const expiry = typeof expires_in === 'number' ? { expiresInMs: expires_in * 1000 } : {};
      const { token, record } = await createToken(
        cluster,
        { name, role, scope: scopeOf(narrowed), ...expiry },
        principal,
      );
      const answer: NewToken = { ...serializeToken(record, cluster), token };
      return h.response(success(answer)).code(201).header('cache-control', 'no-store');
    },
  });
  server.route({
    method: 'GET',
    path: '/apiv1/tokens',
    options: {
      description: 'List the tokens, without their secrets',
      plugins: needs('read', 'token'),
      validate: strictValidation,
    },
    handler: async () => success((await listTokens(cluster)).map((each) => serializeToken(each, cluster))),
  });
  server.route<Named>({
    method: 'DELETE',
    path: '/apiv1/token/{name}',
    options: {
      description: 'Revoke a token, on every server at once',
      plugins: needs('remove', 'token'),
      validate: { ...strictValidation, params: Joi.object({ name: idSchema }) },
    },
    handler: async ({ app: { principal = anyone }, params: { name } }, h) => {
      await removeCredential(cluster, { kind: 'token', name }, principal);
      return h.response(success(`Token ${name} revoked`)).code(202);
    },
  });
}

/** Without the token and its hash. */
export function serializeToken(token: NamedToken, { clock }: Pick<Cluster, 'clock'>): Token {
  const { name, role, scope, createdAt, createdBy, account, subject, expiresAt } = token;
  return {
    ...serializeScope(scope),
    ...{ name, role, created_at: createdAt, created_by: createdBy },
    ...{ account: account?.name ?? null, subject: subject ?? null, expires_at: expiresAt ?? null },
    state: isExpired(token, clock.now()) ? 'expired' : 'valid',
  };
}
