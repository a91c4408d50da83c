import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { LoginBody, NewToken, OidcProvider } from '../../../api/account.ts';
import { logIn } from '../../../commands/accounts/accounts.ts';
import type { MadeToken } from '../../../commands/accounts/tokens.ts';
import type { OidcSettings } from '../../../model/oidc.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { passwordSchema } from '../../password.ts';
import { forAnyone } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { type IdTokenLogin, providerOf } from './id-token-login.ts';
import { serializeToken } from './tokens.ts';

const daySeconds = 86_400;
/** Large, because providers put groups into ID tokens. */
const maxIdTokenLength = 16_384;

const payload = Joi.object<LoginBody>({
  account: idSchema,
  password: passwordSchema,
  expires_in: Joi.number()
    .integer()
    .min(1)
    .max(90 * daySeconds),
  id_token: Joi.string().max(maxIdTokenLength),
})
  .xor('account', 'id_token')
  .and('account', 'password')
  .without('id_token', ['password', 'expires_in'])
  .required();

/** Exchanges a password or an ID token for a token. */
export function loginRoutes(
  server: Server,
  cluster: Cluster,
  { oidc, logInWithIdToken }: { readonly oidc: readonly OidcSettings[]; readonly logInWithIdToken: IdTokenLogin },
): void {
  const tokenFor = (body: LoginBody): Promise<MadeToken> => {
    if ('id_token' in body) return logInWithIdToken(body.id_token);
    const { account, password, expires_in: seconds = daySeconds } = body;
    return logIn(cluster, { account, password, expiresInMs: seconds * 1000 });
  };
  server.route<{ Payload: LoginBody }>({
    method: 'POST',
    path: '/apiv1/login',
    options: {
      description: 'Exchange a password or an ID token for a token',
      plugins: forAnyone,
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async (request, h) => {
      const { app, payload: body } = request;
      // For the audit log: the account is known only after the login.
      app.asked = { verb: 'create', noun: 'token' };
      const { token, record } = await cluster.logins.run(triedBy(request), () => tokenFor(body));
      app.principal = { name: 'account' in body ? body.account : record.name, role: record.role };
      const answer: NewToken = { ...serializeToken(record, cluster), token };
      return h.response(success(answer)).code(201).header('cache-control', 'no-store');
    },
  });
  server.route<{ Query: { readonly issuer?: string } }>({
    method: 'GET',
    path: '/apiv1/oidc',
    options: {
      description: 'Show the OpenID Connect providers; needs no login',
      plugins: forAnyone,
      validate: { ...strictValidation, query: Joi.object({ issuer: Joi.string().max(2048) }) },
    },
    handler: ({ query: { issuer } }) => {
      const issuers = oidc.map((each) => each.issuer);
      const found = providerOf(oidc, issuer);
      const answer: OidcProvider = { issuer: found.issuer, client_id: found.clientId, scopes: found.scopes, issuers };
      return success(answer);
    },
  });
}

/**
 * The rate limit's key. An ID token's subject is unknown until the token is verified, so its sender's address is used.
 */
function triedBy({ info, payload: body }: Request<{ Payload: LoginBody }>): { address: string; account: string } {
  const { remoteAddress: address } = info;
  return { address, account: 'account' in body ? body.account : `with an ID token from ${address}` };
}
