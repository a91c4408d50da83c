import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { AccessControl } from '../../../access/access-control.ts';
import { type CodeLogin, CodeLogins } from '../../../access/oidc-code-login.ts';
import { anyone, type Principal } from '../../../access/principal.ts';
import type { OidcStart, OidcStartBody, Session, SessionBody } from '../../../api/session.ts';
import { logIn } from '../../../commands/accounts/accounts.ts';
import { logInWithToken, logOut } from '../../../commands/accounts/sessions.ts';
import type { MadeToken } from '../../../commands/accounts/tokens.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { OidcSettings } from '../../../model/oidc.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { passwordSchema } from '../../password.ts';
import { forAnyone, forKnown } from '../../route-rules.ts';
import { cookieOf, forgetCookie, setCookie, shownByCookie } from '../../session-cookie.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { type IdTokenLogin, providerOf } from './id-token-login.ts';

const dayMs = 86_400_000;
const quarterSeconds = 900;
const maxReplyLength = 8_192;
const oidcContext = 'login with OpenID Connect in a browser';

const payload = Joi.object<SessionBody>({
  token: Joi.string().max(256),
  account: idSchema,
  password: passwordSchema,
  oidc_reply: Joi.string().max(maxReplyLength),
})
  .xor('token', 'account', 'oidc_reply')
  .and('account', 'password')
  .required();

const startPayload = Joi.object<OidcStartBody>({
  issuer: Joi.string().max(2048),
  redirect_uri: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .max(512)
    .required(),
}).required();

interface SessionOptions {
  readonly oidc: readonly OidcSettings[];
  readonly logInWithIdToken: IdTokenLogin;
}

/** Logs browsers in and out: the token is in a cookie that no script can read. */
export function sessionRoutes(server: Server, cluster: Cluster, { oidc, logInWithIdToken }: SessionOptions): void {
  const { cache, clock, installation, logins } = cluster;
  const control = new AccessControl(cache, clock);
  const codeLogins = new CodeLogins(oidc, () => clock.now());
  const serialize = ({ name: who, role, tokenId }: Principal, cookie: boolean): Session => {
    const record = cache.tokens.get(who)?.value;
    return { who, role, cookie, expires_at: (record?.id === tokenId && record?.expiresAt) || null };
  };
  const tokenFor = async (request: Pick<Request, 'raw' | 'server' | 'info'>, body: SessionBody): Promise<MadeToken> => {
    if ('token' in body) return await logInWithToken(cluster, body.token);
    const { remoteAddress: address } = request.info;
    if ('account' in body) {
      const { account } = body;
      return await logins.run({ address, account }, () => logIn(cluster, { ...body, expiresInMs: dayMs }));
    }
    const login = codeLoginOf(installation.decrypt(cookieOf(request, 'oidc') ?? '', oidcContext));
    return await logins.run({ address, account: `with an ID token from ${address}` }, async () =>
      logInWithIdToken(await codeLogins.finish(login, body.oidc_reply)),
    );
  };
  server.route<{ Payload: SessionBody }>({
    method: 'POST',
    path: '/apiv1/session',
    options: {
      description: 'Log a browser in: its cookie says from then on who asks',
      plugins: forAnyone,
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async (request, h) => {
      const { app, payload: body } = request;
      app.asked = { verb: 'create', noun: 'token' };
      const { token, record } = await tokenFor(request, body);
      const principal = { name: record.name, role: record.role, tokenId: record.id };
      app.principal = { ...principal, ...(record.account && { account: record.account }) };
      const response = h
        .response(success(serialize(principal, true)))
        .code(201)
        .header('cache-control', 'no-store');
      const seconds = (Date.parse(record.expiresAt ?? '') - clock.now()) / 1000;
      setCookie(response, request, 'session', { value: token, seconds: seconds || dayMs / 1000 });
      if ('oidc_reply' in body) forgetCookie(response, request, 'oidc');
      return response;
    },
  });
  server.route({
    method: 'GET',
    path: '/apiv1/session',
    options: {
      description: 'Tell who asks, and whether a cookie said so',
      plugins: forKnown,
      validate: strictValidation,
    },
    handler: (request) => {
      const { principal = anyone } = request.app;
      const isShown = request.raw.req.headers.authorization === undefined && principal.tokenId !== undefined;
      return success(serialize(principal, isShown));
    },
  });
  server.route({
    method: 'DELETE',
    path: '/apiv1/session',
    options: {
      description: 'Log a browser out: its login ends on every server',
      plugins: forAnyone,
      validate: strictValidation,
    },
    handler: async (request, h) => {
      const principal = control.principalOfToken(shownByCookie(request) ?? '');
      request.app.asked = { verb: 'remove', noun: 'token' };
      if (principal) {
        request.app.principal = principal;
        await logOut(cluster, principal);
      }
      const response = h.response(success('Logged out'));
      forgetCookie(response, request, 'session');
      return response;
    },
  });
  server.route<{ Payload: OidcStartBody }>({
    method: 'POST',
    path: '/apiv1/session/oidc',
    options: {
      description: 'Begin a login of a browser with OpenID Connect: where it goes to',
      plugins: forAnyone,
      payload: jsonPayload,
      validate: { ...strictValidation, payload: startPayload },
    },
    handler: async (request, h) => {
      const { issuer, redirect_uri: redirectUri } = request.payload;
      if (new URL(redirectUri).host !== request.info.host.toLowerCase())
        throw new SatsumaError('invalid', '"redirect_uri" must be of the host that is asked');
      const { url, login } = await codeLogins.begin(providerOf(oidc, issuer), redirectUri);
      const answer: OidcStart = { url };
      const response = h.response(success(answer)).header('cache-control', 'no-store');
      const value = installation.encrypt(JSON.stringify(login), oidcContext);
      setCookie(response, request, 'oidc', { value, seconds: quarterSeconds });
      return response;
    },
  });
}

/** Throws `unauthenticated`. */
function codeLoginOf(text: string | undefined): CodeLogin {
  if (text !== undefined) return JSON.parse(text) as CodeLogin;
  throw new SatsumaError('unauthenticated', 'this browser has not begun a login here: begin it again');
}
