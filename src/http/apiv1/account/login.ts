import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { IdTokens, issuerOf } from '../../../access/id-tokens.ts';
import type { LoginBody, NewToken, OidcProvider } from '../../../api/account.ts';
import { logIn } from '../../../commands/accounts/accounts.ts';
import { logInWithOidc } from '../../../commands/accounts/log-in-with-oidc.ts';
import type { MadeToken } from '../../../commands/accounts/tokens.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { OidcSettings } from '../../../model/oidc.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { passwordSchema } from '../../password.ts';
import { forAnyone } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { serializeToken } from './tokens.ts';

const daySeconds = 86_400;
/** Providers put groups into them. */
const longestIdToken = 16_384;

const payload = Joi.object<LoginBody>({
  account: idSchema,
  password: passwordSchema,
  expires_in: Joi.number()
    .integer()
    .min(1)
    .max(90 * daySeconds),
  id_token: Joi.string().max(longestIdToken),
})
  .xor('account', 'id_token')
  .and('account', 'password')
  .without('id_token', ['password', 'expires_in'])
  .required();

/** A token for a password, or for an ID token of the provider. */
export function loginRoutes(server: Server, cluster: Cluster, oidc: readonly OidcSettings[] = []): void {
  const providers = oidc.map((settings) => ({ settings, idTokens: new IdTokens(settings, () => cluster.clock.now()) }));
  const tokenFor = (body: LoginBody): Promise<MadeToken> => {
    if ('id_token' in body) {
      const issuer = issuerOf(body.id_token);
      // One that is of none of them is refused by the first, as what it says of itself is no proof anyhow.
      const provider = providers.find(({ settings }) => settings.issuer === issuer) ?? providers[0];
      if (!provider) throw noOidc();
      const { idTokens, settings } = provider;
      return logInWithOidc(cluster, idTokens, { idToken: body.id_token, tokenSeconds: settings.tokenSeconds });
    }
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
      // For the record: a token is made for somebody who is known only now.
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
      description: 'Show whom to ask for an ID token, before anybody is logged in',
      plugins: forAnyone,
      validate: { ...strictValidation, query: Joi.object({ issuer: Joi.string().max(2048) }) },
    },
    handler: ({ query: { issuer } }) => {
      const issuers = oidc.map((each) => each.issuer);
      const found = issuer === undefined ? oidc[0] : oidc.find((each) => each.issuer === issuer);
      if (!found) throw issuers.length === 0 ? noOidc() : noIssuer(issuers);
      const answer: OidcProvider = { issuer: found.issuer, client_id: found.clientId, scopes: found.scopes, issuers };
      return success(answer);
    },
  });
}

/** Whose ID token it is shows only when it is checked: until then it is its sender's. */
function triedBy({ info, payload: body }: Request<{ Payload: LoginBody }>): { address: string; account: string } {
  const { remoteAddress: address } = info;
  return { address, account: 'account' in body ? body.account : `with an ID token from ${address}` };
}

function noIssuer(issuers: readonly string[]): SatsumaError {
  return new SatsumaError('no_oidc', `this server takes no ID tokens of that issuer, but of ${issuers.join(', ')}`);
}

function noOidc(): SatsumaError {
  return new SatsumaError('no_oidc', 'this server takes no ID tokens: "auth.oidc" is not configured');
}
