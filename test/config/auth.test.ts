import { resolve } from 'node:path';
import test from 'ava';
import { describeConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Overrides } from '../../src/config/sources.ts';

const load = (overrides: Overrides) => loadConfig({ env: {}, overrides });
const warningsOf = (overrides: Overrides) => String(describeConfig(load(overrides)).warnings);
const required = { auth: { mode: 'required' } };
const tls = { tls: { cert: 'server.pem', key: 'server-key.pem' } };

test('accounts and TLS are shown as written, with absolute paths', (t) => {
  const config = load({
    auth: { mode: 'required', 'admin-token-file': 'token' },
    tls: { ...tls.tls, 'client-ca': 'ca.pem' },
  });
  t.deepEqual(config.auth, { mode: 'required', adminTokenFile: resolve('token') });
  t.deepEqual(config.serverTls, {
    cert: resolve('server.pem'),
    key: resolve('server-key.pem'),
    clientCa: resolve('ca.pem'),
  });
  t.like(describeConfig(config), {
    auth: { mode: 'required', 'admin-token-file': resolve('token') },
    tls: { cert: resolve('server.pem'), key: resolve('server-key.pem'), 'client-ca': resolve('ca.pem') },
  });
});

test('beyond loopback the API requires both accounts and TLS', (t) => {
  const listen = { 'listen-addr': ':8443' };
  for (const some of [required, tls, {}])
    t.throws(() => load({ ...listen, ...some }), { message: /needs accounts and TLS/ });
  t.is(load({ ...listen, ...required, ...tls }).auth.mode, 'required');
  t.is(warningsOf({ ...listen, ...required, ...tls }), '');
});

test('a protection disabled by the operator causes a warning', (t) => {
  const insecure = { 'listen-addr': ':8443', insecure: true };
  t.regex(warningsOf(insecure), /everyone who reaches this server/);
  t.regex(warningsOf({ ...insecure, ...tls }), /everyone who reaches this server/);
  t.regex(warningsOf({ ...insecure, ...required }), /tokens and answers cross the network unencrypted/);
  t.is(warningsOf({ ...insecure, ...required, ...tls }), '');
});

test('with required accounts, a door needs a role, and stays on loopback', (t) => {
  const bastion = { 'listen-addr': '127.0.0.1:7000' };
  t.throws(() => load({ ...required, doors: { bastion } }), { message: /"doors\.bastion" needs "role"/ });
  const config = load({ ...required, doors: { bastion: { ...bastion, role: 'viewer' } } });
  t.deepEqual(config.doors.bastion, { listen: { host: '127.0.0.1', port: 7000 }, role: 'viewer' });
  t.throws(() => load({ ...required, ...tls, doors: { bastion: { 'listen-addr': ':7000', role: 'viewer' } } }), {
    message: /whose clients cannot say who they are: listen on 127\.0\.0\.1, or say --insecure/,
  });
});

test('a misspelled setting has a suggestion', (t) => {
  t.throws(() => load({ auth: { mod: 'required' } }), {
    message: /"auth\.mod" is not a setting; did you mean "mode"\?/,
  });
  t.throws(() => load({ auth: { mode: 'on' } }), {
    message: /"auth\.mode" must be one of open-loopback, required, got "on"/,
  });
  t.throws(() => load({ tls: { cert: 'a' } }), { message: /"tls\.key" must be the path of a PEM file/ });
  const pem = '-----BEGIN PRIVATE KEY-----\ngeheim';
  t.notRegex(t.throws(() => load({ tls: { cert: 'a', key: pem } }))?.message ?? '', /geheim/);
});

const oidc = {
  ...{ issuer: 'https://login.example.com', 'client-id': 'satsuma' },
  roles: [{ claims: { groups: 'ops' }, role: 'operator' }],
};

test('an OpenID Connect provider has defaults, and is shown as given', (t) => {
  const config = load({ auth: { mode: 'required', oidc } });
  t.deepEqual(config.auth.oidc, [
    {
      ...{ issuer: oidc.issuer, clientId: 'satsuma', audience: 'satsuma', scopes: ['openid', 'profile', 'email'] },
      ...{ nameClaim: 'email', roles: oidc.roles, tokenSeconds: 28_800 },
    },
  ]);
  t.like(describeConfig(config), { auth: { oidc } });
  const ci = { ...oidc, issuer: 'https://ci.example.com', audience: 'deploy' };
  const both = load({ auth: { mode: 'required', oidc: [oidc, ci] } });
  t.deepEqual(
    both.auth.oidc?.map(({ issuer, audience }) => [issuer, audience]),
    [
      [oidc.issuer, 'satsuma'],
      [ci.issuer, 'deploy'],
    ],
  );
  t.like(describeConfig(both), { auth: { oidc: [oidc, ci] } });
  for (const wrong of [[], [oidc, oidc]])
    t.throws(() => load({ auth: { mode: 'required', oidc: wrong } }), { message: /"auth\.oidc/ });
});

const badProviders: readonly (readonly [object, RegExp])[] = [
  [{ ...oidc, issuer: 'http://login.example.com' }, /"auth\.oidc\.issuer" must be an https:\/\/ URL/],
  [{ ...oidc, issuer: 'http://127.evil.example' }, /"auth\.oidc\.issuer" must be an https/],
  [{ ...oidc, issuer: 'https://login.example.com?a=b' }, /"auth\.oidc\.issuer" must be/],
  [{ ...oidc, roles: [] }, /"auth\.oidc\.roles" must be a list of 1 to 100/],
  [{ ...oidc, roles: [{ claims: {}, role: 'admin' }] }, /"auth\.oidc\.roles\[0\]\.claims" must be/],
  [{ ...oidc, roles: [{ claims: { sub: '/(/' }, role: 'admin' }] }, /"auth\.oidc\.roles\[0\]\.claims\.sub" must be/],
  [{ ...oidc, isuer: 'x' }, /"auth\.oidc\.isuer" is not a setting; did you mean "issuer"\?/],
  [{ ...oidc, 'token-lifetime': 1 }, /"auth\.oidc\.token-lifetime" must be a number of seconds/],
];
for (const [given, message] of badProviders) {
  test(`an invalid provider is refused: ${message.source}`, (t) => {
    t.throws(() => load({ auth: { mode: 'required', oidc: given } }), { message });
  });
}

test('without authentication, a provider is refused', (t) => {
  t.throws(() => load({ auth: { oidc } }), { message: /"auth\.oidc" must be left out unless "mode" is "required"/ });
});
