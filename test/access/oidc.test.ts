import { createHmac } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { exportSPKI, generateKeyPair } from 'jose';
import { openContexts } from '../../src/config/contexts.ts';
import { createServer } from '../../src/http/server.ts';
import { terminal } from '../cli/terminal.ts';
import { startCluster } from '../fixtures/harness.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { browse, startProvider } from './oidc-provider.ts';

const inAnHour = () => Math.floor(Date.now() / 1000) + 3_600;
const now = () => Math.floor(Date.now() / 1000);

async function open(t: ExecutionContext) {
  const provider = await startProvider(t);
  const cluster = await startCluster(t);
  const options = { port: 0, allowedHosts: [], cluster, gate: 'token', configuration: {} } as const;
  const server = await createServer({ ...options, oidc: [provider.settings] });
  const headers = { host: 'localhost' };
  const logIn = async (body: object) => {
    const { statusCode, payload } = await server.inject({
      method: 'POST',
      url: '/apiv1/login',
      payload: body,
      headers,
    });
    return { status: statusCode, ...JSON.parse(payload) };
  };
  return { provider, cluster, server, logIn };
}

for (const way of ['device', 'browser']) {
  test(`somebody logs in at the provider, by ${way}, and has the role of their group`, async (t) => {
    const provider = await startProvider(t);
    const { type } = await terminal(t, { gate: 'token', oidc: [provider.settings] });
    const contexts = openContexts({ HOME: temporaryFolder(t) });
    let page: Promise<string> | undefined;
    const onError = (text: string) => {
      const [url] = /http:\S+/.exec(text) ?? [];
      page ??= url === undefined ? undefined : browse(url, 'ana');
    };
    const { code, out, err } = await type(`login --oidc ${way} --json`, { contexts, onError });
    t.is(code, 0, err + (await page));
    const { who, role } = JSON.parse(out);
    t.is(role, 'operator');
    t.regex(who, /^ana-example\.com-[0-9a-f]{8}$/);
    t.is((await type('engine ls', { contexts })).code, 0);
    t.is((await type('token ls', { contexts })).code, 2, 'an operator may not');
  });
}

test('a CI job logs in with its ID token, and gets the role of its claims', async (t) => {
  const provider = await startProvider(t);
  const { type } = await terminal(t, { gate: 'token', oidc: [provider.settings] });
  const contexts = openContexts({ HOME: temporaryFolder(t) });
  const claims = { sub: 'repo:acme/shop', build: { branch: 'main' }, iat: now(), exp: inAnHour() };
  const token = await provider.sign(claims);
  const input = {
    isTerminal: false,
    setRaw: () => undefined,
    close: () => undefined,
    read: async function* () {
      yield Buffer.from(`${token}\n`);
    },
  };
  const { code, out, err } = await type('login --id-token-stdin', { contexts, input });
  t.is(code, 0, err);
  t.regex(out, /as repo-acme-shop-[0-9a-f]{8}, with the role admin/);
  t.false((out + err).includes(token));
});

test('an invalid ID token is refused', async (t) => {
  const { provider, cluster, logIn } = await open(t);
  const { privateKey: another, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const good = { sub: 'ana', groups: ['ops'], iat: now(), exp: inAnHour() };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = part({ iss: provider.settings.issuer, aud: 'satsuma', ...good });
  const shared = `${part({ alg: 'HS256', kid: 'of the tests' })}.${body}`;
  const secret = await exportSPKI(publicKey);
  const tokens: Record<string, string> = {
    'of another key': await provider.sign(good, { key: another }),
    'of a key that is not known': await provider.sign(good, { key: another, kid: 'unknown' }),
    unsigned: `${part({ alg: 'none' })}.${body}.`,
    'signed with a secret': `${shared}.${createHmac('sha256', secret).update(shared).digest('base64url')}`,
    'for somebody else': await provider.sign({ ...good, aud: 'shop' }),
    'for several, given to another': await provider.sign({ ...good, aud: ['satsuma', 'shop'], azp: 'shop' }),
    'given to another': await provider.sign({ ...good, azp: 'shop' }),
    'for an API': await provider.sign({ ...good, typ: 'Bearer' }),
    'of another provider': await provider.sign({ ...good, iss: 'https://evil.example' }),
    expired: await provider.sign({ ...good, exp: now() - 60 }),
    'not valid yet': await provider.sign({ ...good, nbf: now() + 86_400 }),
    'without an end': await provider.sign({ sub: 'ana', groups: ['ops'], iat: now() }),
    'of nobody': await provider.sign({ groups: ['ops'], iat: now(), exp: inAnHour() }),
    'no token at all': 'nonsense',
  };
  for (const [what, id_token] of Object.entries(tokens)) {
    const answer = await logIn({ id_token });
    t.is(answer.code, 'unauthenticated', `${what}: ${JSON.stringify(answer)}`);
    t.is(answer.status, 401, what);
    t.false(JSON.stringify(answer).includes(id_token), what);
    // Whoever tries again and again waits.
    cluster.clock.turn(120_000);
  }
  t.deepEqual(await cluster.store.list('token'), []);
});

test('claims without a role are 403, and create no token', async (t) => {
  const { provider, cluster, logIn } = await open(t);
  const strangers = [
    { sub: 'ana', groups: ['opsx'] },
    { sub: 'repo:acme/shop', build: { branch: 'other' } },
    { sub: 'repo:acme/shop', build: 'main' },
    { sub: 'xrepo:acme/shop', build: { branch: 'main' } },
  ];
  for (const claims of strangers) {
    const id_token = await provider.sign({ ...claims, iat: now(), exp: inAnHour() });
    t.like(await logIn({ id_token }), { status: 403, code: 'forbidden' });
    cluster.clock.turn(5_000);
  }
  t.deepEqual(await cluster.store.list('token'), []);
});

test('an unreachable provider is 502, and is queried again', async (t) => {
  const { provider, logIn } = await open(t);
  const id_token = await provider.sign({ sub: 'ana', groups: ['ops'], iat: now(), exp: inAnHour() });
  provider.isAway = true;
  t.like(await logIn({ id_token }), { status: 502, code: 'oidc_unavailable' });
  provider.isAway = false;
  const answer = await logIn({ id_token });
  const subject = { issuer: provider.settings.issuer, id: 'ana' };
  t.like(answer, { status: 201, data: { role: 'operator', account: null, subject } });
  t.true(Date.parse(answer.data.expires_at) <= Date.now() + 3_600_000);
});

test('the provider is public; a server without one says so', async (t) => {
  const { server, provider } = await open(t);
  const told = JSON.parse((await server.inject({ url: '/apiv1/oidc', headers: { host: 'localhost' } })).payload).data;
  t.deepEqual(told, {
    issuers: [provider.settings.issuer],
    issuer: provider.settings.issuer,
    client_id: 'satsuma',
    scopes: ['openid', 'email'],
  });
  const { type } = await terminal(t, { gate: 'token' });
  const { code, err } = await type('login --oidc');
  t.is(code, 3);
  t.regex(err, /does not accept ID tokens/);
});

test('with two providers each one’s roles apply to its own tokens only', async (t) => {
  const [people, ci] = [await startProvider(t), await startProvider(t)];
  const cluster = await startCluster(t);
  const roles = [{ claims: { sub: 'repo:acme/*' }, role: 'viewer' }];
  const options = { port: 0, allowedHosts: [], cluster, gate: 'token', configuration: {} } as const;
  const server = await createServer({ ...options, oidc: [people.settings, { ...ci.settings, roles }] });
  const logIn = async (id_token: string) => {
    const sent = {
      method: 'POST',
      url: '/apiv1/login',
      payload: { id_token },
      headers: { host: 'localhost' },
    } as const;
    return JSON.parse((await server.inject(sent)).payload);
  };
  const person = { sub: 'ana', groups: ['ops'], iat: now(), exp: inAnHour() };
  const job = { sub: 'repo:acme/shop', iat: now(), exp: inAnHour() };
  t.is((await logIn(await people.sign(person))).data.role, 'operator');
  t.is((await logIn(await ci.sign(job))).data.role, 'viewer');
  t.is((await logIn(await ci.sign(person))).code, 'forbidden', 'groups of the other provider');
  const forged = await ci.sign({ ...person, iss: people.settings.issuer });
  t.is((await logIn(forged)).code, 'unauthenticated', 'signed by the one, as if by the other');
  const shown = async (query: string) =>
    JSON.parse((await server.inject({ url: `/apiv1/oidc${query}`, headers: { host: 'localhost' } })).payload);
  const issuers = [people.settings.issuer, ci.settings.issuer];
  t.like((await shown('')).data, { issuer: issuers[0], issuers });
  t.is((await shown(`?issuer=${encodeURIComponent(issuers[1] ?? '')}`)).data.issuer, issuers[1]);
  t.is((await shown('?issuer=https://evil.example')).code, 'no_oidc');
});
