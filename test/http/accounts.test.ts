import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { quotaFormat } from '../../src/model/project.ts';
import { openDoor } from './open-door.ts';

const password = 'correct horse battery';

async function open(t: ExecutionContext) {
  const door = await openDoor(t, {}, 'token');
  const { token } = await createToken(door.cluster, { name: 'root', role: 'admin' }, { name: 'test', role: 'admin' });
  const as = (token: string) => (method: string, url: string, body?: unknown) =>
    door.call(method, url, body, { authorization: `Bearer ${token}` });
  const logIn = (account: string, given = password) => door.call('POST', '/apiv1/login', { account, password: given });
  return { ...door, as, admin: as(token), logIn };
}

test('a password gives a token of the account, which ends with it, as do those that it made', async (t) => {
  const { admin, as, logIn } = await open(t);
  const created = await admin('POST', '/apiv1/account', { name: 'ana', role: 'admin', password });
  t.is(created.status, 201);
  t.deepEqual(Object.keys(created.body.data), [
    'name',
    'role',
    'projects',
    'engine_labels',
    'created_at',
    'created_by',
  ]);
  t.is((await admin('POST', '/apiv1/account', { name: 'ana', role: 'admin', password })).body.code, 'account_exists');
  const { token, ...shown } = (await logIn('ana')).body.data;
  t.like(shown, { role: 'admin', account: 'ana', created_by: 'ana' });
  const ana = as(token);
  const made = (await ana('POST', '/apiv1/token', { name: 'hers', role: 'viewer' })).body.data;
  t.is(made.account, 'ana');
  t.is((await as(made.token)('GET', '/apiv1/engines')).status, 200);
  t.is((await admin('DELETE', '/apiv1/account/ana')).status, 202);
  t.is((await ana('GET', '/apiv1/engines')).status, 401);
  t.is((await as(made.token)('GET', '/apiv1/engines')).status, 401);
  // Another one of that name is somebody else.
  await admin('POST', '/apiv1/account', { name: 'ana', role: 'viewer', password: 'another password' });
  t.is((await ana('GET', '/apiv1/engines')).status, 401);
  t.is((await logIn('ana')).status, 401);
});

test('a wrong password and an unknown account are answered alike, and slowed', async (t) => {
  const { admin, logIn, cluster } = await open(t);
  await admin('POST', '/apiv1/account', { name: 'ana', role: 'viewer', password });
  const wrong = await logIn('ana', 'a wrong password');
  const unknown = await logIn('eve', 'a wrong password');
  t.is(wrong.status, 401);
  t.deepEqual(wrong.body, unknown.body);
  // Until it takes longer than a slow machine needs for a try.
  let slowed = await logIn('bob', 'a wrong password');
  while ((slowed.body.details?.retry_after ?? 0) < 60) {
    cluster.clock.turn((slowed.body.details?.retry_after ?? 0) * 1000);
    slowed = await logIn('bob', 'a wrong password');
  }
  t.is(slowed.status, 429);
  t.is(slowed.body.code, 'too_many_logins');
  t.is((await logIn('ana')).status, 429, 'whoever it is, from that address');
  const change = { password: 'battery staple', old_password: 'a wrong password' };
  t.is((await admin('POST', '/apiv1/account/ana/password', change)).status, 429, 'another way to guess it');
  cluster.clock.turn(60_000);
  t.is((await logIn('ana')).status, 201);
});

test('nobody makes an account that may do more than they may', async (t) => {
  const { admin, as } = await open(t);
  await admin('POST', '/apiv1/role', { name: 'desk', rules: [{ verbs: ['create'], nouns: ['account'] }] });
  const { token } = (await admin('POST', '/apiv1/token', { name: 'desk', role: 'desk' })).body.data;
  const refused = await as(token)('POST', '/apiv1/account', { name: 'x', role: 'viewer', password });
  t.is(refused.status, 403);
  t.is((await admin('GET', '/apiv1/accounts')).body.data.length, 0);
  const short = await admin('POST', '/apiv1/account', { name: 'x', role: 'viewer', password: 'geheim' });
  t.is(short.status, 400);
  t.notRegex(JSON.stringify(short.body), /geheim/);
});

test('a password is changed by whoever knows it, or by an admin, and tokens stay', async (t) => {
  const { admin, as, logIn, call } = await open(t);
  await admin('POST', '/apiv1/account', { name: 'ana', role: 'viewer', password });
  await admin('POST', '/apiv1/account', { name: 'bob', role: 'operator', password });
  const ana = as((await logIn('ana')).body.data.token);
  const path = '/apiv1/account/ana/password';
  const next = 'another good password';
  t.is((await call('POST', path, { password: next })).status, 401);
  t.is((await ana('POST', path, { password: next })).status, 400, 'not without the old one');
  t.is((await ana('POST', path, { password: next, old_password: 'not that one' })).status, 401);
  t.is((await ana('POST', '/apiv1/account/bob/password', { password: next, old_password: password })).status, 403);
  t.is((await logIn('ana', password)).status, 201, 'nothing was changed');
  t.is((await ana('POST', path, { password: next, old_password: password })).status, 200);
  t.is((await logIn('ana', password)).status, 401);
  t.is((await logIn('ana', next)).status, 201);
  t.is((await ana('GET', '/apiv1/engines')).status, 200);
  t.is((await admin('POST', path, { password })).status, 200);
  t.is((await logIn('ana', password)).status, 201);
  t.is((await admin('POST', '/apiv1/account/eve/password', { password })).status, 404);
});

test('nobody takes an account over that may do more than they may', async (t) => {
  const { admin, as, logIn } = await open(t);
  await admin('POST', '/apiv1/account', { name: 'ana', role: 'admin', password });
  await admin('POST', '/apiv1/role', { name: 'desk', rules: [{ verbs: ['update'], nouns: ['account'] }] });
  const { token } = (await admin('POST', '/apiv1/token', { name: 'desk', role: 'desk' })).body.data;
  t.is((await as(token)('POST', '/apiv1/account/ana/password', { password: 'another good one' })).status, 403);
  t.is((await logIn('ana')).status, 201);
});

test('the first scope marks the store, and none is taken while a server is there that would not heed it', async (t) => {
  for (const [path, body] of [
    ['token', { name: 'ci', role: 'operator' }],
    ['account', { name: 'ana', role: 'operator', password }],
    ['role', { name: 'shop', rules: [{ verbs: ['read'], nouns: ['service'] }] }],
  ] as const) {
    const { admin, cluster } = await open(t);
    const format = async () => (await cluster.store.read('format', 'store'))?.value.version;
    t.is((await admin('POST', `/apiv1/${path}`, { ...body, name: 'wide' })).status, 201, path);
    t.is(await format(), undefined, `${path} without a scope`);
    const narrow = { ...body, engine_labels: ['zone=eu'] };
    await cluster.store.write([{ kind: 'server', id: 'old', value: { beat: '', host: 'attic' } }]);
    await cluster.cache.catchUp();
    const refused = await admin('POST', `/apiv1/${path}`, narrow);
    t.is(refused.status, 400, path);
    t.regex(refused.body.data, /server attic is of an older release/);
    t.is(await cluster.store.read(path, narrow.name), undefined);
    await cluster.store.write([{ kind: 'server', id: 'old' }]);
    await cluster.cache.catchUp();
    t.is((await admin('POST', `/apiv1/${path}`, narrow)).status, 201, path);
    t.is(await format(), quotaFormat, path);
  }
});

test('a project that something is narrowed to is not removed, and nothing is narrowed to one that is not there', async (t) => {
  const { admin, cluster } = await open(t);
  const some = {
    token: { name: 'ci', role: 'operator', projects: ['shop'] },
    account: { name: 'ana', role: 'operator', password, projects: ['default', 'shop'] },
    role: { name: 'seller', rules: [{ verbs: ['read'], nouns: ['service'] }], projects: ['shop'] },
  };
  t.is((await admin('POST', '/apiv1/token', { ...some.token, name: 'word' })).status, 201, 'a word as before');
  await admin('DELETE', '/apiv1/token/word');
  await admin('POST', '/apiv1/project', { name: 'shop' });
  for (const [kind, body] of Object.entries(some)) {
    const unknown = await admin('POST', `/apiv1/${kind}`, { ...body, projects: ['shop', 'shpo'] });
    t.like(unknown, { status: 404, body: { code: 'no_such_project' } }, kind);
    t.is((await admin('POST', `/apiv1/${kind}`, body)).status, 201, kind);
    const refused = await admin('DELETE', '/apiv1/project/shop');
    t.like(refused, { status: 409, body: { code: 'project_in_use' } }, kind);
    t.regex(refused.body.data, new RegExp(`the scope of the ${kind} ${body.name} names project shop`));
    t.is((await admin('DELETE', `/apiv1/${kind}/${body.name}`)).status, 202, kind);
  }
  await admin('POST', '/apiv1/token', { ...some.token, expires_in: 1 });
  cluster.clock.turn(60_000);
  t.is((await admin('DELETE', '/apiv1/project/shop')).status, 202, 'what has expired opens nothing');
});
