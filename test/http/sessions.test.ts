import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { logInWithToken } from '../../src/commands/accounts/sessions.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createServer } from '../../src/http/server.ts';
import { startProvider } from '../access/oidc-provider.ts';
import { type ClusterOptions, startCluster } from '../fixtures/harness.ts';

const by = { name: 'test', role: 'admin' };
const origin = 'http://localhost';

/** A server that asks who is there, and a browser with its cookies. */
async function open(t: ExecutionContext, options: ClusterOptions = {}, issuers = 0) {
  const cluster = await startCluster(t, options);
  const providers = await Promise.all(Array.from({ length: issuers }, () => startProvider(t)));
  const oidc = providers.map(({ settings }) => settings);
  const server = await createServer({ port: 0, allowedHosts: [], cluster, gate: 'token', configuration: {}, oidc });
  const { token } = await createToken(cluster, { name: 'root', role: 'admin' }, by);
  const browser = () => browserOf(server);
  return { cluster, server, token, providers, browser };
}

function browserOf(server: Awaited<ReturnType<typeof createServer>>) {
  const cookies = new Map<string, string>();
  const seen: string[] = [];
  const ask = async (method: string, url: string, body?: object, headers: Record<string, string> = { origin }) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await server.inject({
      ...{ method, url, headers: { host: 'localhost', ...(cookie && { cookie }), ...headers } },
      ...(body && { payload: body }),
    });
    for (const text of [answer.headers['set-cookie'] ?? []].flat()) {
      seen.push(text);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const answered = answer.payload.startsWith('{') ? JSON.parse(answer.payload) : {};
    return { status: answer.statusCode, ...answered };
  };
  return { ask, cookies, seen };
}

test('a browser that shows a token has a login of its own, in a cookie that no script and no other site can use', async (t) => {
  const { token, browser, cluster } = await open(t);
  const { ask, cookies, seen } = browser();
  t.is((await ask('GET', '/apiv1/engines')).status, 401);
  const { status, data } = await ask('POST', '/apiv1/session', { token });
  t.is(status, 201);
  t.like(data, { role: 'admin', cookie: true });
  t.regex(data.who, /^root-[0-9a-f]{8}$/);
  t.regex(seen[0] ?? '', /^satsuma-session=satsuma_\w{49}; Path=\/; Max-Age=\d{5}; HttpOnly; SameSite=Strict$/);
  t.not(cookies.get('satsuma-session'), token);
  t.false(JSON.stringify(data).includes('satsuma_'));
  t.is((await ask('GET', '/apiv1/engines')).status, 200);
  t.like((await ask('GET', '/apiv1/session')).data, { who: data.who, cookie: true, expires_at: data.expires_at });
  const kept = new Map(cookies);
  t.is((await ask('DELETE', '/apiv1/session')).status, 200);
  t.is(cookies.size, 0);
  // Whoever has kept it is told nothing either.
  const thief = browser();
  for (const [name, value] of kept) thief.cookies.set(name, value);
  t.is((await thief.ask('GET', '/apiv1/engines')).status, 401);
  t.deepEqual(
    (await cluster.store.list('token')).map(({ id }) => id),
    ['root'],
    'the token that was shown stays',
  );
});

test('a login ends with the token that was shown, and is as narrow', async (t) => {
  const { cluster, browser } = await open(t);
  const narrow = { name: 'shop', role: 'operator', scope: { engineLabels: ['zone=eu'] } };
  const { token } = await createToken(cluster, narrow, by);
  const { ask } = browser();
  t.is((await ask('POST', '/apiv1/session', { token })).status, 201);
  t.deepEqual((await ask('GET', '/apiv1/can-i?verb=read&noun=container')).data.engine_labels, ['zone=eu']);
  t.is((await ask('GET', '/apiv1/volumes')).status, 403);
  const gone = await cluster.store.write([{ kind: 'token', id: 'shop' }]);
  t.true(gone.ok);
  cluster.cache.apply({ kind: 'token', id: 'shop', version: gone.ok ? gone.version : 0 });
  t.is((await ask('GET', '/apiv1/containers')).status, 401);
  // Another token of the same name is another one.
  await createToken(cluster, narrow, by);
  t.is((await ask('GET', '/apiv1/containers')).status, 401);
});

test('a login is no way in that is left, when the last token of an admin goes', async (t) => {
  const { token, browser, server } = await open(t);
  t.is((await browser().ask('POST', '/apiv1/session', { token })).status, 201);
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const { statusCode, payload } = await server.inject({ method: 'DELETE', url: '/apiv1/token/root', headers });
  t.is(statusCode, 409, payload);
  t.is(JSON.parse(payload).code, 'last_admin');
});

test('an account logs in with its password, and a wrong one sets no cookie', async (t) => {
  const { token, browser } = await open(t);
  const admin = browser();
  await admin.ask('POST', '/apiv1/session', { token });
  await admin.ask('POST', '/apiv1/account', { name: 'ana', role: 'viewer', password: 'correct horse' });
  const { ask, seen } = browser();
  t.is((await ask('POST', '/apiv1/session', { account: 'ana', password: 'battery staple' })).status, 401);
  t.is((await ask('POST', '/apiv1/session', { token: 'satsuma_wrong' })).status, 401);
  t.deepEqual(seen, []);
  t.like(await ask('POST', '/apiv1/session', { account: 'ana', password: 'correct horse' }), { status: 201 });
  t.is((await ask('GET', '/apiv1/containers')).status, 200);
  t.is((await ask('GET', '/apiv1/tokens')).status, 403);
});

test('what a cookie alone asks for is changed only by a page of this server', async (t) => {
  const { token, browser } = await open(t);
  const { ask } = browser();
  await ask('POST', '/apiv1/session', { token });
  const role = { name: 'made', rules: [{ verbs: ['read'], nouns: ['*'] }] };
  const others: Record<string, string>[] = [
    {},
    { origin: 'http://evil.example' },
    { origin: 'http://localhost:9999' },
    { origin: 'null' },
    { origin, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ];
  for (const headers of others) {
    t.is((await ask('POST', '/apiv1/role', role, headers)).status, 403, JSON.stringify(headers));
    t.is((await ask('DELETE', '/apiv1/session', undefined, headers)).status, 403, JSON.stringify(headers));
  }
  t.is((await ask('GET', '/apiv1/roles', undefined, {})).status, 200);
  t.is((await ask('POST', '/apiv1/role', role, { 'sec-fetch-site': 'same-origin' })).status, 201);
  t.is((await ask('DELETE', '/apiv1/role/made')).status, 202);
});

test('a token in the header goes before the cookie', async (t) => {
  const { cluster, token, browser } = await open(t);
  const { token: eyes } = await createToken(cluster, { name: 'eyes', role: 'viewer' }, by);
  const { ask } = browser();
  await ask('POST', '/apiv1/session', { token });
  const { data } = await ask('GET', '/apiv1/session', undefined, { authorization: `Bearer ${eyes}` });
  t.like(data, { who: 'eyes', cookie: false });
  t.is((await ask('GET', '/apiv1/session', undefined, { authorization: 'Bearer satsuma_wrong' })).status, 401);
});

test('cookies of other pages of this machine are in nobody’s way', async (t) => {
  const { token, browser } = await open(t);
  const { ask, cookies } = browser();
  cookies.set('other', '{"a": "b"},\u00e9"');
  cookies.set('xsatsuma-session', 'nonsense');
  await ask('POST', '/apiv1/session', { token });
  t.is((await ask('GET', '/apiv1/engines')).status, 200);
});

test('behind a proxy that speaks TLS the cookie is for TLS alone', async (t) => {
  const { token, browser } = await open(t);
  const { ask, seen } = browser();
  const headers = { origin: 'https://localhost' };
  await ask('POST', '/apiv1/session', { token }, headers);
  t.regex(seen[0] ?? '', /^__Host-satsuma-session=.*; Secure$/);
  t.is((await ask('GET', '/apiv1/engines', undefined, headers)).status, 200);
});

test('a WebSocket is opened with the cookie by a page of this server alone', async (t) => {
  const { token, browser, server } = await open(t);
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  const { ask, cookies } = browser();
  await ask('POST', '/apiv1/session', { token });
  const cookie = `satsuma-session=${cookies.get('satsuma-session')}`;
  const address = `127.0.0.1:${server.info.port}`;
  const statusWith = (headers: Record<string, string>) =>
    new Promise((resolve) => {
      const url = `ws://${address}/apiv1/container/none/exec/ws?cmd=sh`;
      const socket = new WebSocket(url, 'v1.satsuma.exec', { headers: { cookie, ...headers } });
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode));
    });
  t.is(await statusWith({}), 403);
  t.is(await statusWith({ origin: 'http://evil.example' }), 403);
  t.is(await statusWith({ origin: `http://${address}` }), 404, 'there is no such container');
});

test('a link on another site leads to the page, and to nothing else', async (t) => {
  const { browser } = await open(t);
  const { ask } = browser();
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  t.not((await ask('GET', '/ui', undefined, link)).status, 403);
  t.is((await ask('GET', '/ui', undefined, { ...link, 'sec-fetch-dest': 'iframe' })).status, 403);
  t.is((await ask('GET', '/apiv1/oidc', undefined, link)).status, 403);
  t.is((await ask('GET', '/ui/main.js', undefined, link)).status, 403);
  t.is((await ask('GET', '/ui', undefined, { ...link, host: 'evil.example' })).status, 403);
});

test('a provider logs somebody in: only what this browser has begun, once, and in time', async (t) => {
  const { browser, providers, cluster } = await open(t, {}, 1);
  const { ask, cookies, seen } = browser();
  const redirect_uri = 'http://localhost/ui';
  const begun = await ask('POST', '/apiv1/session/oidc', { redirect_uri });
  t.is(begun.status, 200, JSON.stringify(begun));
  const url = new URL(begun.data.url);
  t.is(url.origin, providers[0]?.settings.issuer ?? '');
  const asked = Object.fromEntries(url.searchParams);
  t.like(asked, { redirect_uri, client_id: 'satsuma', response_type: 'code', code_challenge_method: 'S256' });
  t.true([asked.state, asked.nonce, asked.code_challenge].every((each) => each && each.length > 30));
  t.regex(seen[0] ?? '', /^satsuma-oidc=\S+; Path=\/; Max-Age=900; HttpOnly; SameSite=Strict$/);
  t.false((seen[0] ?? '').includes(String(asked.state)), 'what it has is encrypted');
  const wrong = `?code=made-up&state=another&iss=${encodeURIComponent(url.origin)}`;
  t.like(await ask('POST', '/apiv1/session', { oidc_reply: wrong }), { status: 401, code: 'unauthenticated' });
  const stranger = browser();
  const right = `?code=made-up&state=${asked.state}&iss=${encodeURIComponent(url.origin)}`;
  const forged = await stranger.ask('POST', '/apiv1/session', { oidc_reply: right });
  t.like(forged, { status: 401, data: 'this browser has not begun a login here: begin it again' });
  t.like(
    await ask('POST', '/apiv1/session', { oidc_reply: right }),
    { status: 401 },
    'the provider knows no such code',
  );
  cluster.clock.turn(16 * 60_000);
  const late = await ask('POST', '/apiv1/session', { oidc_reply: right });
  t.regex(late.data, /longer than 15 minutes/);
  cookies.clear();
  for (const elsewhere of ['http://evil.example/ui', 'http://localhost:99/ui', 'javascript:alert(1)'])
    t.is((await ask('POST', '/apiv1/session/oidc', { redirect_uri: elsewhere })).status, 400, elsewhere);
  t.is((await ask('POST', '/apiv1/session/oidc', { issuer: 'https://evil.example', redirect_uri })).status, 404);
  t.deepEqual(
    seen.filter((each) => each.startsWith('satsuma-session')),
    [],
  );
});

test('a provider that is away is 502, and is asked again', async (t) => {
  const { browser, providers } = await open(t, {}, 1);
  const [provider] = providers;
  if (!provider) return t.fail();
  const body = { redirect_uri: 'http://localhost/ui' };
  provider.isAway = true;
  t.like(await browser().ask('POST', '/apiv1/session/oidc', body), { status: 502, code: 'oidc_unavailable' });
  provider.isAway = false;
  t.is((await browser().ask('POST', '/apiv1/session/oidc', body)).status, 200);
});

test('logins that are made one with the other are no more than those of the token behind them', async (t) => {
  const { cluster, token } = await open(t);
  let shown = token;
  for (let round = 0; round < 103; round++) ({ token: shown } = await logInWithToken(cluster, shown));
  const logins = (await cluster.store.list('token')).filter(({ value }) => value.isLogin);
  t.is(logins.length, 100);
});
