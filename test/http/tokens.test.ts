import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { hashOfToken, isTokenText } from '../../src/access/token-text.ts';
import { makeFirstToken } from '../../src/commands/accounts/first-token.ts';
import { removeCredential } from '../../src/commands/accounts/remove-credential.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createServer } from '../../src/http/server.ts';
import { StateCache } from '../../src/state/state-cache.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openDoor } from './open-door.ts';

const protocol = 'v1.satsuma.exec';
const by = { name: 'test', role: 'admin' };

async function open(t: ExecutionContext, engines = 0) {
  const door = await openDoor(t, { engines }, 'token');
  const { token } = await createToken(door.cluster, { name: 'root', role: 'admin' }, by);
  const as = (token: string) => (method: string, url: string, body?: unknown) =>
    door.call(method, url, body, { authorization: `Bearer ${token}` });
  return { ...door, admin: as(token), as };
}

async function listen(t: ExecutionContext, { server }: Pick<Awaited<ReturnType<typeof open>>, 'server'>) {
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  return `127.0.0.1:${server.info.port}`;
}

/** The head of an answer that goes on. */
function follow(t: ExecutionContext, url: string, token: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { authorization: `Bearer ${token}` } }, resolve);
    sent.on('error', reject).end();
    t.teardown(() => sent.destroy());
  });
}

/** Resolves when the answer is broken off. */
async function brokenOff(response: IncomingMessage): Promise<string> {
  try {
    for await (const _ of response);
    return 'ended';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

test('an operator drains engines, and does not say where one is', async (t) => {
  const { admin, as } = await open(t, 1);
  const operator = as((await admin('POST', '/apiv1/token', { name: 'op', role: 'operator' })).body.data.token);
  t.is((await operator('PATCH', '/apiv1/engine/a', { labels: ['new'] })).status, 200);
  const refused = await operator('PATCH', '/apiv1/engine/a', { addr: 'https://evil.test:2376' });
  t.like(refused, { status: 403, body: { code: 'forbidden', details: { verb: 'create', noun: 'engine' } } });
  t.is((await admin('GET', '/apiv1/engine/a')).body.data.addr, 'https://a.test:2376');
});

test('the first token is a new one, whatever its file has: that may have been revoked', async (t) => {
  const { cluster } = await openDoor(t, {}, 'token');
  const file = join(temporaryFolder(t), 'admin-token');
  const first = await makeFirstToken(cluster, file);
  t.is(readFileSync(file, 'utf8'), `${first?.token}\n`);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(await makeFirstToken(cluster, file), undefined);
  await removeCredential(cluster, { kind: 'token', name: 'admin' }, by);
  const second = await makeFirstToken(cluster, file);
  t.truthy(second);
  t.not(second?.token, first?.token);
  t.is(readFileSync(file, 'utf8'), `${second?.token}\n`);
  const unwritable = join(temporaryFolder(t), 'none', 'admin-token');
  await removeCredential(cluster, { kind: 'token', name: second?.name ?? '' }, by);
  await t.throwsAsync(makeFirstToken(cluster, unwritable), { code: 'invalid', message: /cannot write the token/ });
  t.deepEqual(await cluster.store.list('token'), []);
});

test('a token is shown once, and the store has its hash alone', async (t) => {
  const { admin, as, cluster } = await open(t);
  const made = await admin('POST', '/apiv1/token', { name: 'ci', role: 'viewer' });
  t.is(made.status, 201);
  t.is(made.headers['cache-control'], 'no-store');
  const { token, ...shown } = made.body.data;
  t.true(isTokenText(token));
  t.like(shown, { name: 'ci', role: 'viewer', created_by: 'root', state: 'valid' });
  t.is(Date.parse(shown.expires_at) - Date.parse(shown.created_at), 90 * 86_400_000);
  const listed = await admin('GET', '/apiv1/tokens');
  t.deepEqual(listed.body.data[0], shown);
  t.false(JSON.stringify(listed.body).includes(token));
  const kept = JSON.stringify(await cluster.store.list('token'));
  t.false(kept.includes(token));
  t.true(kept.includes(hashOfToken(token)));
  t.is((await as(token)('GET', '/apiv1/engines')).status, 200);
  t.is((await admin('POST', '/apiv1/token', { name: 'ci', role: 'viewer' })).body.code, 'token_exists');
});

test('who shows no token, or one that is not known, gets 401 and the way to say who they are', async (t) => {
  const { call, as } = await open(t);
  const none = await call('GET', '/apiv1/engines');
  t.is(none.status, 401);
  t.is(none.body.code, 'unauthenticated');
  t.is(none.headers['www-authenticate'], 'Bearer realm="satsuma"');
  const unknown = 'satsuma_0000000000000000000000000000000000000000000';
  for (const token of ['x', unknown, `${unknown}000000`]) t.is((await as(token)('GET', '/apiv1/engines')).status, 401);
  t.is((await call('GET', '/apiv1/engines', undefined, { authorization: 'Basic eDp5' })).status, 401);
  // What is wrong with the body is for those who may send it.
  t.is((await call('POST', '/apiv1/container', '{')).status, 401);
});

test('a token ends when it expires, and when it is revoked', async (t) => {
  const { admin, as, cluster } = await open(t);
  const { token } = (await admin('POST', '/apiv1/token', { name: 'a', role: 'viewer', expires_in: 86_400 })).body.data;
  cluster.clock.turn(82_800_000);
  t.is((await as(token)('GET', '/apiv1/engines')).status, 200);
  cluster.clock.turn(3_600_000);
  t.is((await as(token)('GET', '/apiv1/engines')).status, 401);
  t.is((await admin('GET', '/apiv1/tokens')).body.data[0].state, 'expired');
  const lasting = (await admin('POST', '/apiv1/token', { name: 'b', role: 'viewer', expires_in: 'never' })).body.data;
  t.is(lasting.expires_at, null);
  t.is((await admin('DELETE', '/apiv1/token/b')).status, 202);
  t.is((await as(lasting.token)('GET', '/apiv1/engines')).status, 401);
  t.is((await admin('DELETE', '/apiv1/token/b')).body.code, 'no_such_token');
});

test('a token that was revoked on one server opens nothing on another one', async (t) => {
  const { admin, cluster } = await open(t);
  const cache = new StateCache(cluster.store, 1, cluster.logger, cluster.clock);
  await cache.start();
  t.teardown(() => cache.stop());
  const other = await createServer({
    port: 0,
    allowedHosts: [],
    gate: 'token',
    cluster: { ...cluster, cache },
    configuration: {},
  });
  const { token } = (await admin('POST', '/apiv1/token', { name: 'a', role: 'viewer' })).body.data;
  const ask = async () => {
    await cache.catchUp();
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    return (await other.inject({ url: '/apiv1/engines', headers })).statusCode;
  };
  t.is(await ask(), 200);
  await admin('DELETE', '/apiv1/token/a');
  t.is(await ask(), 401);
});

test('what a token has opened ends when it is revoked: streams and WebSockets', async (t) => {
  const door = await open(t, 1);
  const { admin } = door;
  const host = await listen(t, door);
  await admin('POST', '/apiv1/container', {
    name: 'demo/busybox:1',
    container_name: 'web',
    args: ['cat'],
    type: 'label',
  });
  const { token } = (await admin('POST', '/apiv1/token', { name: 'a', role: 'operator' })).body.data;
  const events = await follow(t, `http://${host}/apiv1/events`, token);
  t.is(events.statusCode, 200);
  const broken = brokenOff(events);
  const url = `ws://${host}/apiv1/container/web/exec/ws?cmd=cat`;
  const socket = new WebSocket(url, protocol, { headers: { authorization: `Bearer ${token}` } });
  t.teardown(() => socket.terminate());
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await admin('DELETE', '/apiv1/token/a');
  t.is(await broken, 'ECONNRESET');
  await closed;
});

test('a stream ends when its token expires, or its role may do less', async (t) => {
  const door = await open(t);
  const { admin, cluster } = door;
  const host = await listen(t, door);
  const rules = [{ verbs: ['read'], nouns: ['event'] }];
  await admin('POST', '/apiv1/role', { name: 'watcher', rules });
  const { token } = (await admin('POST', '/apiv1/token', { name: 'a', role: 'watcher', expires_in: 86_400 })).body.data;
  const expiring = brokenOff(await follow(t, `http://${host}/apiv1/events`, token));
  cluster.clock.turn(86_400_000);
  t.is(await expiring, 'ECONNRESET');
  const second = (await admin('POST', '/apiv1/token', { name: 'b', role: 'watcher' })).body.data.token;
  const losing = brokenOff(await follow(t, `http://${host}/apiv1/events`, second));
  await cluster.store.write([{ kind: 'role', id: 'watcher' }]);
  t.is(await losing, 'ECONNRESET');
});

test('whoever revokes their own token is told that it was done', async (t) => {
  const door = await open(t);
  const host = await listen(t, door);
  const { token } = (await door.admin('POST', '/apiv1/token', { name: 'a', role: 'admin' })).body.data;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`http://${host}/apiv1/token/a`, { method: 'DELETE', headers });
  t.is(response.status, 202);
});

test('the last way in of an admin stays until there is another one', async (t) => {
  const { admin, cluster } = await open(t);
  await createToken(cluster, { name: 'ops', role: 'operator' }, by);
  const expiring = await createToken(cluster, { name: 'old', role: 'admin', expiresInMs: 1 }, by);
  cluster.clock.turn(60_000);
  t.is(expiring.record.name, 'old');
  const refused = await admin('DELETE', '/apiv1/token/root');
  t.like(refused, { status: 409, body: { code: 'last_admin' } });
  t.regex(refused.body.data, /token root is the last/);
  t.is((await admin('DELETE', '/apiv1/token/ops')).status, 202);
  const account = { name: 'ana', role: 'admin', password: 'a password of ana' };
  t.is((await admin('POST', '/apiv1/account', account)).status, 201);
  t.is((await admin('DELETE', '/apiv1/account/ana')).status, 202, 'the token is left');
  await admin('POST', '/apiv1/account', account);
  t.is((await admin('DELETE', '/apiv1/token/root')).status, 202, 'the account is left');
});

test('an admin who is narrowed is no way in, neither for the last one that goes nor for the next start', async (t) => {
  const { admin, cluster } = await open(t);
  const scope = { projects: ['shop'] };
  await createToken(cluster, { name: 'narrow', role: 'admin', scope }, by);
  const account = { name: 'ana', role: 'admin', password: 'a password of ana' };
  t.is((await admin('POST', '/apiv1/account', { ...account, projects: ['shop'] })).status, 201);
  t.like(await admin('DELETE', '/apiv1/token/root'), { status: 409, body: { code: 'last_admin' } });
  await cluster.store.write([{ kind: 'token', id: 'root' }]);
  await cluster.cache.catchUp();
  const first = await makeFirstToken(cluster, undefined);
  t.is(first?.name, 'admin');
  t.is(await makeFirstToken(cluster, undefined), undefined);
});

test('a token does not outlive the one that it is made with', async (t) => {
  const { as, cluster } = await open(t);
  const { token } = await createToken(cluster, { name: 'ci', role: 'admin', expiresInMs: 3_600_000 }, by);
  const made = await as(token)('POST', '/apiv1/token', { name: 'child', role: 'viewer', expires_in: 'never' });
  const parent = (await cluster.store.read('token', 'ci'))?.value.expiresAt;
  t.like(made, { status: 201, body: { data: { expires_at: parent } } });
});

test('tokens that open nothing make room where there is little, and a login has its latest only', async (t) => {
  const { cluster, admin } = await open(t);
  const token = { hash: 'x', role: 'viewer', createdAt: '2026-11-01T00:00:00Z', createdBy: 'test' };
  const expiresAt = new Date(cluster.clock.now() - 1_000).toISOString();
  const fill = Array.from({ length: 9_999 }, (_, n) => {
    const value = { ...token, id: `${n}`, hash: `${n}`, ...(n % 2 === 0 ? { expiresAt } : {}) };
    return { kind: 'token', id: `t-${n}`, value } as const;
  });
  for (let at = 0; at < fill.length; at += 1_000) await cluster.store.write(fill.slice(at, at + 1_000));
  await cluster.cache.catchUp();
  const made = await admin('POST', '/apiv1/token', { name: 'new', role: 'viewer' });
  t.is(made.status, 201, JSON.stringify(made.body));
  t.true((await cluster.store.list('token')).length < 10_000);
  const login = { role: 'viewer', expiresInMs: 60_000, isLogin: true };
  for (let n = 0; n < 103; n++) {
    cluster.clock.turn(1);
    await createToken(cluster, { ...login, name: `eve-${n}` }, { name: 'eve', role: 'viewer' });
  }
  const left = (await cluster.store.list('token')).filter(({ value }) => value.isLogin).map(({ id }) => id);
  t.is(left.length, 100);
  t.deepEqual(
    ['eve-0', 'eve-2', 'eve-3', 'eve-102'].map((id) => left.includes(id)),
    [false, false, true, true],
  );
});

test('nobody gives away more than they have', async (t) => {
  const { admin, as } = await open(t);
  const rules = [
    { verbs: ['create'], nouns: ['token', 'role'] },
    { verbs: ['read'], nouns: ['*'] },
  ];
  t.is((await admin('POST', '/apiv1/role', { name: 'desk', rules })).status, 201);
  const { token } = (await admin('POST', '/apiv1/token', { name: 'desk', role: 'desk' })).body.data;
  const desk = as(token);
  const refused = await desk('POST', '/apiv1/token', { name: 'x', role: 'operator' });
  t.is(refused.status, 403);
  t.deepEqual(refused.body.details, { verb: 'plan', noun: 'container', role: 'desk' });
  t.is(
    (await desk('POST', '/apiv1/role', { name: 'x', rules: [{ verbs: ['exec'], nouns: ['container'] }] })).status,
    403,
  );
  t.is((await desk('POST', '/apiv1/role', { name: 'r', rules: [{ verbs: ['read'], nouns: ['engine'] }] })).status, 201);
  t.is((await desk('POST', '/apiv1/token', { name: 'x', role: 'r' })).status, 201);
  t.is((await admin('DELETE', '/apiv1/role/r')).body.code, 'role_in_use');
  t.is((await admin('DELETE', '/apiv1/role/admin')).body.code, 'role_in_use');
  t.is((await admin('POST', '/apiv1/role', { name: 'viewer', rules })).body.code, 'role_exists');
  t.is((await admin('POST', '/apiv1/token', { name: 'y', role: 'nobody' })).body.code, 'no_such_role');
});

test('what one may do can be asked in place of being tried', async (t) => {
  const { admin, as, call } = await open(t);
  const { token } = (await admin('POST', '/apiv1/token', { name: 'eve', role: 'viewer' })).body.data;
  const can = (verb: string, noun: string) => as(token)('GET', `/apiv1/can-i?verb=${verb}&noun=${noun}`);
  t.deepEqual((await can('read', 'container')).body.data, {
    ...{ allowed: true, verb: 'read', noun: 'container', who: 'eve', role: 'viewer' },
    ...{ projects: null, engine_labels: null },
  });
  t.false((await can('exec', 'container')).body.data.allowed);
  t.is((await can('fly', 'container')).status, 400);
  t.is((await call('GET', '/apiv1/can-i?verb=read&noun=container')).status, 401);
});

test('who may not reveal sees the names of environments and no value', async (t) => {
  const { admin, as } = await open(t, 1);
  const environment = { PASSWORD: 'swordfish' };
  const image = { name: 'demo/busybox:1', environment };
  await admin('POST', '/apiv1/container', { ...image, container_name: 'web', type: 'label' });
  await admin('POST', '/apiv1/image', { ...image, save_as: 'saved' });
  await admin('POST', '/apiv1/service', { name: 'svc', image, replicas: 1 });
  await admin('POST', '/apiv1/job', { name: 'job', image });
  const { token } = (await admin('POST', '/apiv1/token', { name: 'eve', role: 'viewer' })).body.data;
  const viewer = as(token);
  const paths = [
    'containers',
    'container/web',
    'engine/a/containers',
    'services',
    'service/svc',
    'jobs',
    'job/job',
    'images',
  ];
  for (const path of paths) {
    const seen = JSON.stringify((await viewer('GET', `/apiv1/${path}`)).body);
    t.false(seen.includes('swordfish'), path);
    const shown = JSON.stringify((await admin('GET', `/apiv1/${path}`)).body);
    t.is(seen.includes('PASSWORD'), shown.includes('PASSWORD'), path);
    if (shown.includes('PASSWORD')) t.true(shown.includes('swordfish'), path);
  }
  t.true(JSON.stringify((await viewer('GET', '/apiv1/container/web')).body).includes('"PASSWORD":"(hidden)"'));
});
