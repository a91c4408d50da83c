import test from 'ava';
import { logIn } from '../../../src/commands/registries/registries.ts';
import type { FakeEngine } from '../../engines/fake-engine.ts';
import { resyncAll } from '../../fixtures/harness.ts';
import { engineOf, openDocker } from './docker-door.ts';

const encoded = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');

/** The credentials that the engine was given with its last call. */
function givenTo(engine: FakeEngine): object {
  const header = engine.relays.at(-1)?.headers?.['x-registry-auth'] ?? '';
  return JSON.parse(Buffer.from(header, 'base64').toString());
}

test('credentials are asked about at an engine, in its own words, and kept by nobody', async (t) => {
  const { cluster, docker } = await openDocker(t);
  engineOf(cluster, 'a').relayed.set('POST /auth', { body: { Status: 'Login Succeeded', IdentityToken: '' } });
  const body = { username: 'ann', password: 'secret', serveraddress: 'registry:5000' };
  t.deepEqual((await docker('POST', '/v1.41/auth', body)).body, { Status: 'Login Succeeded', IdentityToken: '' });
  t.deepEqual(await cluster.store.list('registry'), []);
  engineOf(cluster, 'a').relayed.set('POST /auth', { status: 401, body: { message: 'unauthorized' } });
  const refused = await docker('POST', '/auth', body);
  t.is(refused.status, 401);
  t.deepEqual(refused.body, { message: 'unauthorized' });
  t.is((await docker('POST', '/auth', { username: 5 })).status, 400);
});

test('an engine that does not answer is passed over, one that refuses is not', async (t) => {
  const { cluster, docker } = await openDocker(t);
  engineOf(cluster, 'a').fail('relay', 'engine_unreachable');
  engineOf(cluster, 'b').relayed.set('GET /images/search', { body: [{ name: 'redis' }] });
  t.deepEqual((await docker('GET', '/v1.41/images/search?term=redis&limit=3&x=y')).body, [{ name: 'redis' }]);
  t.is(String(engineOf(cluster, 'b').relays.at(-1)?.query), 'term=redis&limit=3');
  engineOf(cluster, 'a').heal();
  engineOf(cluster, 'a').relayed.set('GET /images/search', { status: 400, body: { message: 'bad term' } });
  t.is((await docker('GET', '/images/search?term=redis')).status, 400);
});

test('a push is made where the image is, with the credentials of its client or else Satsuma’s', async (t) => {
  const { cluster, server, docker } = await openDocker(t);
  const engine = engineOf(cluster, 'b');
  engine.relayed.set('GET /images/registry:5000/web:2/json', { body: { Id: 'sha256:1' } });
  engine.relayed.set('POST /images/registry:5000/web/push', { body: '{"status":"2: digest: sha256:1"}\r\n' });
  await logIn(cluster, { server: 'registry:5000', username: 'own', password: 'kept', isForced: true });
  const push = async (auth: string) => {
    const headers = { host: 'localhost', 'x-registry-auth': auth };
    const url = '/v1.41/images/registry:5000/web/push?tag=2';
    const { statusCode, payload } = await server.inject({ method: 'POST', url, headers });
    t.is(statusCode, 200);
    t.regex(payload, /digest/);
    return givenTo(engine);
  };
  t.like(await push(encoded({})), { username: 'own', password: 'kept', serveraddress: 'registry:5000' });
  t.deepEqual(await push(encoded({ identitytoken: 'x' })), { identitytoken: 'x' });
  t.like(await push('no\tsense'), { username: 'own' });
  t.is(engine.relays.at(-1)?.query?.get('tag'), '2');
  t.is((await docker('POST', '/images/nothing/push')).status, 404);
  t.is((await docker('POST', '/images/a%2F..%2Fb/push')).status, 400);
});

test('images are saved from an engine that has all of them', async (t) => {
  const { cluster, docker } = await openDocker(t);
  for (const id of ['a', 'b']) engineOf(cluster, id).relayed.set('GET /images/web:1/json', { body: { Id: '1' } });
  engineOf(cluster, 'b').relayed.set('GET /images/db:1/json', { body: { Id: '2' } });
  engineOf(cluster, 'b').relayed.set('GET /images/get', { body: 'archive' });
  t.is((await docker('GET', '/v1.41/images/get?names=web:1&names=db:1')).body, 'archive');
  t.is(String(engineOf(cluster, 'b').relays.at(-1)?.query), 'names=web%3A1&names=db%3A1');
  engineOf(cluster, 'a').relayed.set('GET /images/get', { body: 'first' });
  t.is((await docker('GET', '/images/web:1/get')).body, 'first');
  t.is((await docker('GET', '/images/none:1/get')).status, 404);
  t.is((await docker('GET', '/images/get')).status, 400);
});

test('an import is an image of one engine; what the engine refuses is told', async (t) => {
  const { cluster, server } = await openDocker(t, { engines: 1 });
  const engine = engineOf(cluster, 'a');
  const id = `sha256:${'a'.repeat(64)}`;
  const load = async (query: string) => {
    const headers = { host: 'localhost', 'content-type': 'application/x-tar' };
    return await server.inject({ method: 'POST', url: `/images/create?${query}`, headers, payload: 'tar' });
  };
  engine.relayed.set('POST /images/create', { body: `{"status":"${id}"}\r\n` });
  const { payload } = await load('fromSrc=-&repo=demo/made&tag=1&message=m&x=y');
  t.deepEqual(JSON.parse(payload), { status: id });
  t.is(String(engine.relays.at(-1)?.query), 'repo=demo%2Fmade&tag=1&message=m&fromSrc=-');
  engine.relayed.set('POST /images/create', { status: 400, body: { message: 'bad change' } });
  const refused = await load('fromSrc=-&changes=NONSENSE');
  t.is(refused.statusCode, 400);
  t.deepEqual(JSON.parse(refused.payload), { message: 'bad change' });
  t.is((await load('fromSrc=http://a/b')).statusCode, 400);
});

test('a container is committed with its changes, and a body that says more is refused', async (t) => {
  const { docker, create } = await openDocker(t);
  await create({}, '?name=web');
  const query = 'container=web&repo=demo/made&tag=1&comment=c&changes=ENV%20A%3Db';
  const { status, body } = await docker('POST', `/v1.41/commit?${query}`, { Hostname: '' });
  t.is(status, 201);
  t.regex(body.Id, /^sha256:/);
  t.is((await docker('POST', `/commit?${query}`, { User: 'x' })).status, 400);
  t.is((await docker('POST', '/commit?container=none')).status, 404);
});

test('engines that are known to have an image are asked for it, and the others where those have it no more', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const [a, b] = [engineOf(cluster, 'a'), engineOf(cluster, 'b')];
  const asked = () => [a, b].map((each) => each.relays.filter(({ path }) => path.endsWith('/json')).length);
  b.relayed.set('GET /images/web:1/json', { body: { Id: 'sha256:1' } });
  b.relayed.set('GET /images/get', { body: 'archive' });
  b.images.add('web:1');
  await resyncAll(cluster);
  t.is((await docker('GET', '/images/web:1/get')).body, 'archive');
  t.deepEqual((await docker('GET', '/images/web:1/json')).body, { Id: 'sha256:1' });
  t.deepEqual(asked(), [0, 2]);
  b.relayed.delete('GET /images/web:1/json');
  a.relayed.set('GET /images/web:1/json', { body: { Id: 'sha256:2' } });
  t.deepEqual((await docker('GET', '/images/web:1/json')).body, { Id: 'sha256:2' });
  a.relayed.set('GET /images/get', { body: 'of a' });
  t.is((await docker('GET', '/images/web:1/get')).body, 'of a');
});
