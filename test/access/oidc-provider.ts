import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import type { OidcSettings } from '../../src/model/oidc.ts';
import type { Lifetime } from '../fixtures/harness.ts';

interface TestProvider {
  readonly settings: OidcSettings;
  readonly key: KeyObject;
  /** An ID token as a CI system makes them, without a browser. */
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>;
  /** From now on it answers nothing but 503. */
  isAway: boolean;
}

interface SignOptions {
  readonly key?: CryptoKey | KeyObject;
  readonly kid?: string;
}

const kid = 'of the tests';

/** A real provider of OpenID Connect on loopback. Everybody is who they say they are, and is in the group "ops". */
export async function startProvider(t: Lifetime): Promise<TestProvider> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: 'satsuma', token_endpoint_auth_method: 'none', application_type: 'native' },
        ...{ redirect_uris: ['http://127.0.0.1/callback', 'http://127.0.0.1/ui'], response_types: ['code'] },
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      },
    ],
    features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: `${accountId}@example.com`, groups: ['staff', 'ops'] }),
    }),
    claims: { openid: ['sub', 'groups'], email: ['email'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of the tests'] },
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] } as never,
  });
  const handle = provider.callback();
  const found: TestProvider = {
    key,
    isAway: false,
    settings: {
      ...{ issuer, clientId: 'satsuma', audience: 'satsuma', scopes: ['openid', 'email'], nameClaim: 'email' },
      roles: [
        { claims: { groups: 'ops' }, role: 'operator' },
        { claims: { sub: 'repo:acme/*', 'build.branch': 'main' }, role: 'admin' },
      ],
      tokenSeconds: 3_600,
    },
    sign: (claims, options = {}) =>
      new SignJWT({ iss: issuer, aud: 'satsuma', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: options.kid ?? kid })
        .sign(options.key ?? key),
  };
  server.on('request', (request, response) => {
    if (found.isAway) response.writeHead(503).end();
    else void handle(request, response);
  });
  return found;
}

/** What a person does in a browser: follows, fills in who they are, and agrees. Returns the last page. */
export async function browse(start: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, body]: [string, URLSearchParams | undefined] = [start, undefined];
  for (let step = 0; step < 30; step++) {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const answer: Response = await fetch(url, { redirect: 'manual', headers, ...(body && { method: 'POST', body }) });
    for (const each of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    const page = await answer.text();
    const next: string | null = answer.headers.get('location');
    if (next !== null) {
      [url, body] = [new URL(next, url).href, undefined];
      continue;
    }
    const [, attributes = '', inside = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(page) ?? [];
    if (attributes === '') return page;
    const inputs = [...inside.matchAll(/<input[^>]*>/g)].map(([input]) => ({
      name: /name="([^"]*)"/.exec(input)?.[1] ?? '',
      value: /value="([^"]*)"/.exec(input)?.[1] ?? '',
    }));
    body = new URLSearchParams(
      inputs.filter(({ name }) => name !== '').map(({ name, value }): [string, string] => [name, value]),
    );
    if (body.has('login')) body.set('login', login);
    if (body.has('password')) body.set('password', 'any');
    if (body.has('user_code')) body.set('confirm', 'yes');
    url = new URL(/action="([^"]*)"/.exec(attributes)?.[1] ?? url, url).href;
  }
  throw new Error('the pages do not end');
}
