import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createAccount } from '../../src/commands/accounts/accounts.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createServer } from '../../src/http/server.ts';
import { eventually } from '../controllers/services/stage.ts';
import { type ClusterOptions, publishContainers, resyncAll } from '../fixtures/harness.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openDoor, openOther, serveOther } from './open-door.ts';
import { steady } from './services.ts';

const password = 'correct horse battery';
const image = { name: 'demo/busybox:1', cpus: 0.1, memory: 64, type: 'service', labels: [], restart_policy: {} };

/** A door whose first account has a known password, and calls as its client makes them. */
async function open(t: ExecutionContext, options: ClusterOptions = { engines: 2 }) {
  const { cluster, call } = await openDoor(t, options);
  for (const { registry } of cluster.engines) registry.add('demo/busybox:1').add('demo/tool:2');
  const adminPasswordFile = join(temporaryFolder(t), 'password');
  writeFileSync(adminPasswordFile, `${password}\n`);
  const { server, call: door } = await serveOther(cluster, 'shipyard', { adminPasswordFile });
  t.teardown(() => server.stop());
  const logIn = async (username: string, given = password) =>
    await door('POST', '/auth/login', { username, password: given }, { 'user-agent': 'shipyard-cli' });
  const as = (headers: Record<string, string>) => (method: string, url: string, body?: unknown) =>
    door(method, url, body, headers);
  const { body } = await logIn('admin');
  const admin = as({ 'x-access-token': `admin:${body.auth_token}` });
  return { cluster, call, door, logIn, as, admin };
}

test('1. errors are a sentence, mostly with 500', async (t) => {
  const { admin } = await open(t);
  const { status, body, headers } = await admin('POST', '/api/containers', { ...image, cpus: 'many' });
  t.is(status, 500);
  t.regex(String(headers['content-type']), /^text\/plain/);
  t.is(body, '"cpus" must be a number\n');
  t.is((await admin('GET', '/api/containers/nothing/stop')).status, 500);
  t.is((await admin('GET', '/api/nothing')).status, 404);
});

test('2. a login gives a token, and a wrong password is 403', async (t) => {
  const { logIn } = await open(t);
  const { status, body } = await logIn('admin');
  t.is(status, 200);
  t.deepEqual(Object.keys(body), ['auth_token', 'user_agent']);
  t.is(body.user_agent, 'shipyard-cli');
  const wrong = await logIn('admin', 'a wrong password');
  t.deepEqual([wrong.status, wrong.body], [403, 'invalid username/password\n']);
});

test('3. whoever shows no token, or that of somebody else, is 401; a service key wins', async (t) => {
  const { door, as, admin, logIn } = await open(t);
  const { auth_token: token } = (await logIn('admin')).body;
  for (const headers of [
    {},
    { 'x-access-token': token },
    { 'x-access-token': `eve:${token}` },
    { 'x-access-token': `admin:${token}:` },
    { 'x-service-key': 'nonsense', 'x-access-token': `admin:${token}` },
    { authorization: `Bearer ${token}` },
  ] as Record<string, string>[]) {
    const { status, body } = await door('GET', '/api/containers', undefined, headers);
    t.deepEqual([status, body], [401, 'unauthorized\n'], JSON.stringify(Object.keys(headers)));
  }
  const { key } = (await admin('POST', '/api/servicekeys', { description: 'ci' })).body;
  const both = { 'x-service-key': key, 'x-access-token': 'eve:nothing' };
  t.is((await as(both)('GET', '/api/accounts')).status, 200);
});

test('4. the role user may use containers and events, and see engines and the numbers of the cluster', async (t) => {
  const { admin, as, logIn, cluster } = await open(t);
  await admin('POST', '/api/accounts', { username: 'ana', password, role: { name: 'user' } });
  const { auth_token: token } = (await logIn('ana')).body;
  const ana = as({ 'x-access-token': `ana:${token}` });
  for (const path of ['containers', 'cluster/info', 'events', 'engines'])
    t.is((await ana('GET', `/api/${path}`)).status, 200);
  for (const path of ['accounts', 'roles', 'servicekeys', 'webhookkeys', 'extensions']) {
    const { status, body } = await ana('GET', `/api/${path}`);
    t.deepEqual([status, body], [403, 'access denied\n'], path);
  }
  t.is((await ana('POST', '/api/servicekeys', { description: 'mine' })).status, 403);
  t.is((await ana('POST', '/api/containers', image)).status, 201);
  // Whoever registers an engine is sent what its containers are given.
  const engine = { id: 'hers', addr: 'https://hers.test:2376', cpus: 2, memory: 2048, labels: [] };
  t.is((await ana('POST', '/api/engines', { engine })).status, 403);
  t.is((await ana('DELETE', '/api/engines/a')).status, 403);
  // Its token is one at /apiv1 as well.
  const server = await createServer({ port: 0, allowedHosts: [], cluster, gate: 'token', configuration: {} });
  const asked = (method: string, url: string, body = {}) =>
    server.inject({ method, url, headers: { host: 'localhost', authorization: `Bearer ${token}` }, payload: body });
  t.is((await asked('POST', '/apiv1/engine', engine)).statusCode, 403);
  t.is((await asked('POST', '/apiv1/engine/a/drain')).statusCode, 403);
  t.deepEqual(
    cluster.cache
      .engines()
      .map(({ id }) => id)
      .toSorted(),
    ['a', 'b'],
  );
});

test('5. the first account is admin, with the password of the file or a new one that is written there', async (t) => {
  const { cluster } = await openDoor(t);
  const file = join(mkdtempSync(join(temporaryFolder(t), 'p-')), 'password');
  const door = await openOther(cluster, 'shipyard', { adminPasswordFile: file });
  t.is(statSync(file).mode & 0o777, 0o600);
  const login = { username: 'admin', password: readFileSync(file, 'utf8').trim() };
  t.is((await door('POST', '/auth/login', login)).status, 200);
  t.is((await door('POST', '/auth/login', { ...login, password: 'shipyard' })).status, 403);
  // Where there are accounts, there is no first one.
  writeFileSync(file, 'another password\n');
  const again = await openOther(cluster, 'shipyard', { adminPasswordFile: file });
  t.is((await again('POST', '/auth/login', login)).status, 200);
});

test('6. a container as a body of a request that needs none is no error', async (t) => {
  const { admin } = await open(t);
  const [container] = (await admin('POST', '/api/containers?count=1&pull=false', image)).body;
  for (const action of ['stop', 'restart', 'scale?count=1']) {
    t.is((await admin('GET', `/api/containers/${container.id}/${action}`, container)).status, 204, action);
  }
  t.is((await admin('DELETE', `/api/containers/${container.id}`, container)).status, 204);
});

test('7. containers are listed, stopped ones too; one that is not known is null', async (t) => {
  const { admin, call } = await open(t);
  const [{ id }] = (await admin('POST', '/api/containers', image)).body;
  await admin('GET', `/api/containers/${id}/stop`);
  const { body: listed } = await admin('GET', '/api/containers');
  t.like(listed, [{ id, image: { name: 'demo/busybox:1' }, state: 'exited' }]);
  t.deepEqual(Object.keys(listed[0]), ['id', 'name', 'image', 'engine', 'state', 'ports']);
  t.is((await admin('GET', `/api/containers/${id.slice(0, 12)}`)).body.id, id);
  const none = await admin('GET', '/api/containers/nothing');
  t.deepEqual([none.status, none.body], [200, null]);
  t.is((await call('GET', '/apiv1/containers?all=true')).body.data[0].id, id, 'the same state as every other door');
});

test('8. so many containers run as were asked for, or none', async (t) => {
  const { admin } = await open(t);
  const { status, body } = await admin('POST', '/api/containers?count=3&pull=true', image);
  t.is(status, 201);
  t.is(body.length, 3);
  t.like(body[0], { image: { name: 'demo/busybox:1' }, state: 'running' });
  t.is((await admin('POST', '/api/containers?count=three', image)).status, 500);
  t.is((await admin('POST', '/api/containers?pull=perhaps', image)).status, 500);
  t.is((await admin('POST', '/api/containers?count=3', { ...image, cpus: 3 })).status, 500);
  t.is((await admin('GET', '/api/containers')).body.length, 3);
});

test('9. what its page sends for nothing is nothing', async (t) => {
  const { admin } = await open(t);
  const ports = [{ proto: 'tcp', host_ip: null, port: null, container_port: 80 }];
  const page = { ...image, hostname: '', memory: 63.5, bind_ports: ports, restart_policy: { name: 'no' }, links: null };
  const { status, body } = await admin('POST', '/api/containers', page);
  t.is(status, 201, String(body));
  t.is(body[0].image.memory, 64);
});

test('10. a container is stopped, restarted and destroyed', async (t) => {
  const { admin } = await open(t);
  const [{ id }] = (await admin('POST', '/api/containers', image)).body;
  t.is((await admin('GET', `/api/containers/${id}/stop`)).status, 204);
  t.is((await admin('GET', `/api/containers/${id}/restart`)).status, 204);
  t.is((await admin('GET', `/api/containers/${id}`)).body.state, 'running');
  const gone = await admin('DELETE', `/api/containers/${id}`);
  t.deepEqual([gone.status, gone.body], [204, '']);
  t.deepEqual((await admin('GET', '/api/containers')).body, []);
});

test('11. scale counts containers that are alike, and new ones have no host ports', async (t) => {
  const { admin } = await open(t);
  const ports = [{ proto: 'tcp', port: 8000, container_port: 80 }];
  const [{ id, engine }] = (await admin('POST', '/api/containers', { ...image, hostname: 'web', bind_ports: ports }))
    .body;
  await admin('POST', '/api/containers', { ...image, memory: 32 });
  const without = await admin('GET', `/api/containers/${id}/scale`);
  t.deepEqual([without.status, without.body], [400, 'you must specify a count\n']);
  t.is((await admin('GET', `/api/containers/${id}/scale?count=3`)).status, 204);
  const all = (await admin('GET', '/api/containers')).body;
  t.is(all.length, 4);
  const added = all.filter(
    (each: { id: string; image: { memory: number } }) => each.id !== id && each.image.memory === 64,
  );
  t.is(added.length, 2);
  for (const each of added) {
    t.not(each.image.bind_ports?.[0]?.port, 8000);
    t.not(each.image.hostname, 'web');
  }
  t.is((await admin('GET', `/api/containers/${id}/scale?count=1`)).status, 204);
  const left = (await admin('GET', '/api/containers')).body;
  t.is(left.length, 2);
  t.true(
    left.some((each: { id: string }) => each.id === id),
    'the one that was named is the last to go',
  );
  const [bound] = (await admin('POST', '/api/containers', { ...image, memory: 16, volumes: ['data:/data'] })).body;
  await admin('GET', `/api/containers/${bound.id}/scale?count=3`);
  const volumes = (await admin('GET', '/api/containers')).body.filter(
    (each: { image: { memory: number } }) => each.image.memory === 16,
  );
  t.deepEqual(new Set(volumes.map((each: { engine: { id: string } }) => each.engine.id)), new Set([bound.engine.id]));
  t.truthy(engine.id);
});

test('11. what is scaled with a mount stays where that is, and has no address of another', async (t) => {
  const { admin, call } = await open(t);
  const mounts = [{ type: 'bind', source: '/srv', target: '/srv' }];
  const asked = { ...image, type: 'label', strategy: 'spread', mounts, docker: { MacAddress: '02:42:ac:11:00:02' } };
  const { body: made } = await call('POST', '/apiv1/container', asked);
  const { id, engine } = made.data;
  t.is((await admin('GET', `/api/containers/${id}/scale?count=3`)).status, 204);
  const { body } = await call('GET', '/apiv1/containers');
  t.deepEqual(
    body.data.map((each: { engine: { id: string } }) => each.engine.id),
    Array(3).fill(engine.id),
  );
  const copies = body.data.filter((each: { id: string }) => each.id !== id);
  t.deepEqual(
    copies.map(({ image: { mounts, docker } }: { image: { mounts: object; docker: object } }) => ({ mounts, docker })),
    Array(2).fill({ mounts, docker: {} }),
  );
});

test('12. logs are plain text without frames', async (t) => {
  const { admin } = await open(t);
  const [{ id }] = (await admin('POST', '/api/containers', image)).body;
  const { status, headers } = await admin('GET', `/api/containers/${id}/logs`);
  t.is(status, 200);
  t.regex(String(headers['content-type']), /^text\/plain/);
});

test('13. engines are shown with their health and without keys', async (t) => {
  const { admin } = await open(t);
  const { body } = await admin('GET', '/api/engines');
  t.is(body.length, 2);
  t.like(body[0], { id: 'a', engine: { id: 'a', addr: 'https://a.test:2376', cpus: 4 }, health: { status: 'up' } });
  t.false('ssl_key' in body[0]);
  t.is((await admin('GET', '/api/engines/a')).body.id, 'a');
  t.deepEqual((await admin('GET', '/api/engines/nothing')).body, null);
  const secrets = { ssl_cert: 'CERT', ssl_key: 'KEY', ca_cert: 'CA' };
  const engine = { id: 'c', addr: 'https://c.test:2376', cpus: 2, memory: 2048, labels: ['local'] };
  const added = await admin('POST', '/api/engines', { ...secrets, engine });
  t.deepEqual([added.status, added.body], [201, '']);
  t.false(JSON.stringify((await admin('GET', '/api/engines')).body).includes('KEY'));
  t.is((await admin('POST', '/api/engines', { engine: null })).status, 500);
  t.is((await admin('DELETE', '/api/engines/a')).status, 204);
  t.is((await admin('GET', '/api/engines')).body.length, 2);
});

test('14. the cluster in numbers', async (t) => {
  const { admin } = await open(t);
  await admin('POST', '/api/containers', image);
  const { body } = await admin('GET', '/api/cluster/info');
  const keys = [
    'cpus',
    'memory',
    'container_count',
    'image_count',
    'engine_count',
    'reserved_cpus',
    'reserved_memory',
    'version',
  ];
  t.deepEqual(Object.keys(body), keys);
  t.like(body, { cpus: 8, engine_count: 2, reserved_cpus: 0.1, reserved_memory: 64 });
});

test('15. events come newest first, so many as were asked for, until they are purged', async (t) => {
  const { admin, cluster } = await open(t);
  const { body: events } = await admin('GET', '/api/events');
  const times = events.map(({ time }: { time: string }) => time);
  t.deepEqual(times, times.toSorted().toReversed());
  const added = events.filter(({ type }: { type: string }) => type === 'add-engine');
  t.like(added.at(-1)?.engine, { cpus: 4 });
  t.deepEqual(added.at(-1)?.tags, ['cluster']);
  t.is((await admin('GET', '/api/events?limit=1')).body.length, 1);
  cluster.clock.turn(1_000);
  t.is((await admin('DELETE', '/api/events')).status, 204);
  t.deepEqual((await admin('GET', '/api/events')).body, []);
});

test('16. accounts and roles', async (t) => {
  const { admin, logIn } = await open(t);
  t.is((await admin('POST', '/api/accounts', { username: 'ana', password, role: { name: 'user' } })).status, 204);
  const { body: accounts } = await admin('GET', '/api/accounts');
  t.like(accounts, [
    { username: 'admin', role: { name: 'admin' } },
    { username: 'ana', role: { id: 'user', name: 'user' } },
  ]);
  t.false(JSON.stringify(accounts).includes('hash'));
  t.is(
    (await admin('POST', '/api/accounts', { username: 'ana', password: 'another password', role: { name: 'user' } }))
      .status,
    204,
  );
  t.is((await logIn('ana', 'another password')).status, 200, 'whoever is there gets another password');
  t.is((await admin('DELETE', '/api/accounts', { username: 'ana' })).status, 204);
  t.is((await logIn('ana', 'another password')).status, 403);
  t.is((await admin('POST', '/api/roles', { name: 'guests' })).status, 204);
  t.deepEqual((await admin('GET', '/api/roles/guests')).body, { id: 'guests', name: 'guests' });
  t.true((await admin('GET', '/api/roles')).body.some(({ name }: { name: string }) => name === 'user'));
  t.is((await admin('DELETE', '/api/roles', { id: 'guests', name: 'guests' })).status, 200);
  t.is((await admin('GET', '/api/roles/guests')).status, 500);
});

test('16. an account that is there keeps its role, and whoever only makes accounts changes none', async (t) => {
  const { admin, as, logIn, call } = await open(t);
  const save = (role?: string, given = password) => ({
    username: 'bob',
    password: given,
    ...(role && { role: { name: role } }),
  });
  t.is((await admin('POST', '/api/accounts', save('operator'))).status, 204);
  const demoted = await admin('POST', '/api/accounts', save('viewer', 'another password'));
  t.is(demoted.status, 500);
  t.is(
    demoted.body,
    'there is an account bob with the role operator: to change it, remove the account and make it again with the role viewer\n',
  );
  t.is((await logIn('bob')).status, 200, 'nothing was changed');
  await call('POST', '/apiv1/role', { name: 'maker', rules: [{ verbs: ['create'], nouns: ['account'] }] });
  await admin('POST', '/api/accounts', { username: 'mia', password, role: { name: 'maker' } });
  await admin('POST', '/api/accounts', { username: 'max', password, role: { name: 'maker' } });
  const mia = as({ 'x-access-token': `mia:${(await logIn('mia')).body.auth_token}` });
  const saved = { username: 'max', password: 'another password', role: { name: 'maker' } };
  t.is((await mia('POST', '/api/accounts', saved)).status, 403);
  t.is((await mia('POST', '/api/accounts', { ...saved, username: 'moe' })).status, 204);
  t.is((await logIn('max')).status, 200);
  t.is((await admin('POST', '/api/accounts', save('operator', 'another password'))).status, 204);
  t.is((await admin('POST', '/api/accounts', save(undefined, 'yet another password'))).status, 204);
  t.is((await logIn('bob', 'yet another password')).status, 200);
});

test('17. service keys, and a new password', async (t) => {
  const { admin, as, logIn, cluster } = await open(t);
  const made = await admin('POST', '/api/servicekeys', { description: 'ci' });
  t.is(made.status, 200);
  t.is(made.body.description, 'ci');
  const ci = as({ 'x-service-key': made.body.key });
  t.is((await ci('GET', '/api/accounts')).status, 200);
  const { body: keys } = await admin('GET', '/api/servicekeys');
  t.is(keys.length, 1);
  t.is(keys[0].description, 'ci');
  t.not(keys[0].key, made.body.key, 'nobody is told it again');
  t.false(JSON.stringify(await cluster.store.list('shipyard')).includes(made.body.key));
  t.is((await ci('POST', '/account/changepassword', { password: 'another password' })).status, 500);
  t.is((await admin('DELETE', '/api/servicekeys', { key: made.body.key })).status, 204);
  t.is((await ci('GET', '/api/accounts')).status, 401);
  t.is((await admin('DELETE', '/api/servicekeys', { key: 'admin' })).status, 500);
  t.is((await admin('POST', '/account/changepassword', { password: 'another password' })).status, 200);
  t.is((await logIn('admin')).status, 403);
  t.is((await logIn('admin', 'another password')).status, 200);
});

test('17. a token that may do less than its account, or is under a policy, does not change its password', async (t) => {
  const { admin, as, logIn, call, cluster } = await open(t);
  await call('POST', '/apiv1/policy', { name: 'team', rules: {} });
  await call('POST', '/apiv1/role', { name: 'held', rules: [{ verbs: ['*'], nouns: ['*'] }], policy: 'team' });
  await call('POST', '/apiv1/role', { name: 'desk', rules: [{ verbs: ['create', 'update'], nouns: ['account'] }] });
  const { id } = (await cluster.store.read('account', 'admin'))?.value ?? { id: '' };
  const owner = { name: 'admin', role: 'admin', account: { name: 'admin', id } };
  for (const role of ['viewer', 'held', 'desk']) {
    const { token } = await createToken(cluster, { name: role, role }, owner);
    const narrow = as({ 'x-access-token': `admin:${token}` });
    const own = await narrow('POST', '/account/changepassword', { password: 'another password' });
    t.deepEqual([own.status, own.body], [403, 'access denied\n'], role);
    const saved = { username: 'admin', password: 'another password', role: { name: 'viewer' } };
    t.not((await narrow('POST', '/api/accounts', saved)).status, 204, role);
  }
  t.is((await logIn('admin')).status, 200, 'it has the password that it had');
  t.is((await admin('POST', '/account/changepassword', { password: 'another password' })).status, 200);
});

test('17. a service key ends with the account or the token that made it, and has no password', async (t) => {
  const { admin, as, logIn, cluster } = await open(t);
  const by = { name: 'test', role: 'admin' };
  const short = await createToken(cluster, { name: 'short', role: 'admin', expiresInMs: 60_000 }, by);
  const guest = as({ 'x-service-key': short.token });
  const key = as({ 'x-service-key': (await guest('POST', '/api/servicekeys', {})).body.key });
  await createAccount(cluster, { name: 'ana', role: 'admin', password }, by);
  const ana = as({ 'x-access-token': `ana:${(await logIn('ana')).body.auth_token}` });
  const hers = as({ 'x-service-key': (await ana('POST', '/api/servicekeys', {})).body.key });
  for (const each of [key, hers]) {
    t.is((await each('GET', '/api/accounts')).status, 200);
    t.is((await each('POST', '/account/changepassword', { password: 'another password' })).status, 500);
  }
  t.is((await logIn('ana')).status, 200, 'it has the password that it had');
  const account = { username: 'eve', password, role: { name: 'admin' } };
  t.is((await key('POST', '/api/accounts', account)).status, 403, 'an account would outlive it');
  t.is((await guest('POST', '/api/accounts', { ...account, username: 'ana' })).status, 403, 'and so would a password');
  t.is((await hers('POST', '/api/accounts', account)).status, 204);
  cluster.clock.turn(61_000);
  t.is((await key('GET', '/api/accounts')).status, 401);
  t.is((await admin('DELETE', '/api/accounts', { username: 'ana' })).status, 204);
  t.is((await hers('GET', '/api/accounts')).status, 401);
});

test('17. a token that is narrowed further than its account does not change its password', async (t) => {
  const { admin, as, logIn, cluster } = await open(t);
  const { id } = (await cluster.store.read('account', 'admin'))?.value ?? { id: '' };
  const owner = { name: 'admin', role: 'admin', account: { name: 'admin', id } };
  for (const scope of [{ projects: ['default'] }, { engineLabels: ['zone=eu'] }]) {
    const name = Object.keys(scope).join();
    const { token } = await createToken(cluster, { name, role: 'admin', scope }, owner);
    const narrow = as({ 'x-access-token': `admin:${token}` });
    const { status } = await narrow('POST', '/account/changepassword', { password: 'another password' });
    t.is(status, 403, name);
  }
  t.is((await logIn('admin')).status, 200, 'it has the password that it had');
  const account = { name: 'ana', role: 'admin', password, scope: { projects: ['default'] } };
  await createAccount(cluster, account, { name: 'test', role: 'admin' });
  const ana = as({ 'x-access-token': `ana:${(await logIn('ana')).body.auth_token}` });
  const own = await ana('POST', '/account/changepassword', { password: 'another password' });
  t.is(own.status, 200, 'one of a login is narrowed as the account is');
  t.is((await admin('GET', '/api/accounts')).status, 200);
});

test('18. a webhook deploys what runs of a repository anew, the new one first', async (t) => {
  const { admin, door, cluster } = await open(t);
  const { status, body: key } = await admin('POST', '/api/webhookkeys', { image: 'demo/busybox' });
  t.is(status, 200);
  t.deepEqual(Object.keys(key), ['id', 'image', 'key']);
  t.deepEqual((await admin('GET', '/api/webhookkeys')).body, [key]);
  t.deepEqual((await admin('GET', `/api/webhookkeys/${key.id}`)).body, key);
  t.false(JSON.stringify(await cluster.store.list('shipyard')).includes(key.key));
  const [old] = (await admin('POST', '/api/containers', { ...image, container_name: 'web' })).body;
  const [other] = (await admin('POST', '/api/containers', { ...image, name: 'demo/tool:2' })).body;
  const hook = (id: string, repo_name: string) =>
    door('POST', `/hub/webhook/${id}`, { push_data: { pusher: 'ci' }, repository: { repo_name, star_count: 0 } });
  t.is((await hook('nothing', 'demo/busybox')).status, 404);
  t.is((await hook(key.key, 'demo/other')).status, 404);
  t.is((await admin('GET', `/api/containers/${old.id}`)).body.id, old.id, 'nothing was done');
  t.is((await hook(key.key, 'demo/busybox')).status, 200);
  t.is((await admin('GET', `/api/containers/${old.id}`)).body, null);
  t.is((await admin('GET', `/api/containers/${other.id}`)).body.id, other.id);
  const [web] = (await admin('GET', '/api/containers')).body.filter(({ name }: { name: string }) => name === '/web');
  t.is(web.image.name, 'demo/busybox:1');
  t.is((await admin('DELETE', `/api/webhookkeys/${key.key}`)).status, 204);
  t.is((await hook(key.key, 'demo/busybox')).status, 404);
});

test('18. where the new one finds no place, the old one stays', async (t) => {
  const { admin, door } = await open(t, { engines: 1 });
  const { body: key } = await admin('POST', '/api/webhookkeys', { image: 'demo/busybox' });
  const [old] = (await admin('POST', '/api/containers', { ...image, cpus: 3 })).body;
  const { status, body } = await door('POST', `/hub/webhook/${key.key}`, { repository: { repo_name: 'demo/busybox' } });
  t.is(status, 500);
  t.regex(body, /no eligible engines/);
  t.is((await admin('GET', `/api/containers/${old.id}`)).body.state, 'running');
});

test('18. hooks of one repository that come at once are one, whichever tag they name and server they reach', async (t) => {
  const { admin, door, cluster } = await open(t, { engines: 1 });
  const other = await openOther(cluster, 'shipyard', { adminPasswordFile: join(temporaryFolder(t), 'none') });
  const { body: key } = await admin('POST', '/api/webhookkeys', { image: 'demo/busybox' });
  await admin('POST', '/api/containers', image);
  const [engine] = cluster.engines;
  if (!engine) return t.fail();
  const gate = new EventEmitter();
  const [entered, opened] = [once(gate, 'entered'), once(gate, 'opened')];
  const start = engine.startContainer.bind(engine);
  let starts = 0;
  engine.startContainer = async (id) => {
    starts += 1;
    gate.emit('entered');
    // A second one is what must not be.
    if (starts > 1) gate.emit('opened');
    await opened;
    await start(id);
  };
  const hook = (to: typeof door, repo_name: string) =>
    to('POST', `/hub/webhook/${key.key}`, { repository: { repo_name } });
  const first = hook(door, 'demo/busybox:1');
  await entered;
  const second = hook(door, 'demo/busybox:2');
  await admin('GET', '/api/webhookkeys');
  const third = hook(other, 'demo/busybox');
  third.then(() => gate.emit('opened'));
  const answers = await Promise.all([first, second, third]);
  t.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  t.is(starts, 1);
  t.is((await admin('GET', '/api/containers')).body.length, 1);
});

test('18. one that fails, one that is gone and a service that is removed leave the others to be redeployed', async (t) => {
  const { admin, door, call, cluster } = await open(t, { engines: 1 });
  const { body: key } = await admin('POST', '/api/webhookkeys', { image: 'demo/busybox' });
  const [engine] = cluster.engines;
  if (!engine) return t.fail();
  t.is((await call('POST', '/apiv1/service', { name: 'leaving', ...steady })).status, 201);
  const made = await cluster.store.read('service', 'leaving');
  if (!made) return t.fail();
  const removed = { ...made.value, isRemoved: true };
  await cluster.store.write([{ kind: 'service', id: 'leaving', value: removed }]);
  await cluster.cache.catchUp();
  for (const name of ['one', 'two', 'three'])
    await admin('POST', '/api/containers', { ...image, container_name: name });
  const before = new Map([...engine.containers.values()].map(({ name, id }) => [name, id]));
  const start = engine.startContainer.bind(engine);
  let starts = 0;
  engine.startContainer = async (id) => {
    starts += 1;
    await start(id);
    const of = engine.containers.get(id)?.name.split('-')[0] ?? '';
    // Somebody removes it by hand.
    if (of === 'two') await engine.removeContainer(before.get('two') ?? '');
  };
  engine.fail('startContainer', 'engine_refused', { times: 1 });
  const { status, body } = await door('POST', `/hub/webhook/${key.key}`, { repository: { repo_name: 'demo/busybox' } });
  t.is(starts, 3, String(body));
  t.is(status, 500, String(body));
  const after = new Map([...engine.containers.values()].map(({ name, id }) => [name, id]));
  t.deepEqual([...after.keys()].toSorted(), ['one', 'three'], 'whoever removed it wants no new one');
  const kept = ['one', 'three'].filter((name) => after.get(name) === before.get(name));
  t.is(kept.length, 1, 'the one whose new one did not start stays, and the other is redeployed');
  engine.startContainer = start;
  const again = await door('POST', `/hub/webhook/${key.key}`, { repository: { repo_name: 'demo/busybox' } });
  t.is(again.status, 200, 'the service that is being removed is passed over');
});

test('what is secret is shown to whoever may reveal it', async (t) => {
  const { admin, as, logIn, call, cluster } = await open(t);
  await publishContainers(t, cluster);
  const { body: key } = await admin('POST', '/api/webhookkeys', { image: 'demo/busybox' });
  const [made] = (await admin('POST', '/api/containers', { ...image, environment: { PASSWORD: 'geheim' } })).body;
  t.is(made.image.environment.PASSWORD, 'geheim');
  const rules = [
    { verbs: ['read'], nouns: ['webhook', 'container'] },
    { verbs: ['*'], nouns: ['event'] },
  ];
  await call('POST', '/apiv1/role', { name: 'reader', rules });
  await admin('POST', '/api/accounts', { username: 'rita', password, role: { name: 'reader' } });
  const rita = as({ 'x-access-token': `rita:${(await logIn('rita')).body.auth_token}` });
  t.deepEqual((await rita('GET', '/api/webhookkeys')).body, [{ ...key, key: '(hidden)' }]);
  t.deepEqual((await rita('GET', `/api/webhookkeys/${key.id}`)).body, { ...key, key: '(hidden)' });
  t.deepEqual((await admin('GET', '/api/webhookkeys')).body, [key]);
  const environments = async (who: typeof rita) => {
    const { body } = await who('GET', '/api/events');
    const known = body.flatMap((each: { container?: typeof made }) => each.container?.image.environment ?? []);
    return known.map(({ PASSWORD }: { PASSWORD: string }) => PASSWORD);
  };
  await resyncAll(cluster);
  // What was seen of containers is published in a moment.
  await eventually(t, async () => (await environments(admin)).length > 0);
  t.is((await environments(rita))[0], '(hidden)');
  t.is((await environments(admin))[0], 'geheim');
});

test('19. extensions are kept', async (t) => {
  const { admin } = await open(t);
  const extension = { name: 'logs', image: 'demo/busybox:1', version: '1', config: { deploy_per_engine: true } };
  t.is((await admin('POST', '/api/extensions', extension)).status, 204);
  const [kept] = (await admin('GET', '/api/extensions')).body;
  t.like(kept, extension);
  t.like((await admin('GET', `/api/extensions/${kept.id}`)).body, extension);
  t.is((await admin('DELETE', `/api/extensions/${kept.id}`)).status, 204);
  t.deepEqual((await admin('GET', '/api/extensions')).body, []);
  t.is((await admin('DELETE', `/api/extensions/${kept.id}`)).status, 500);
});

test('whoever is under a policy runs and scales nothing that it refuses, and is told which rule', async (t) => {
  const { admin, as, logIn, call } = await open(t);
  const [{ id }] = (await admin('POST', '/api/containers', { ...image, privileged: true })).body;
  await call('POST', '/apiv1/policy', { name: 'team', rules: {} });
  await call('POST', '/apiv1/role', { name: 'team', rules: [{ verbs: ['*'], nouns: ['container'] }], policy: 'team' });
  const starter = [{ verbs: ['create', 'read'], nouns: ['container'] }];
  await call('POST', '/apiv1/role', { name: 'starter', rules: starter });
  for (const role of ['team', 'starter'])
    await admin('POST', '/api/accounts', { username: role, password, role: { name: role } });
  const login = async (name: string) => as({ 'x-access-token': `${name}:${(await logIn(name)).body.auth_token}` });
  const team = await login('team');
  const refused = await team('POST', '/api/containers', { ...image, privileged: true });
  t.is(refused.status, 403);
  t.regex(refused.body, /^the policy team refuses .*\(rule privileged\)/);
  t.is((await team('GET', `/api/containers/${id}/scale?count=2`)).status, 403);
  t.is((await team('POST', '/api/containers', image)).status, 201);
  t.is(
    (await (await login('starter'))('GET', `/api/containers/${id}/scale?count=0`)).status,
    403,
    'it may remove nothing',
  );
  t.is((await admin('GET', '/api/containers')).body.length, 2);
});
