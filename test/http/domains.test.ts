import test, { type ExecutionContext } from 'ava';
import { domainRows } from '../../src/cli/list/domain-list.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createService } from '../../src/commands/services/change-service.ts';
import { desiredConfig } from '../../src/decisions/domains/desired-config.ts';
import { nameOf } from '../../src/dns/name.ts';
import { serviceDirectory } from '../../src/dns/service-directory.ts';
import { serviceDefaults } from '../../src/model/service-defaults.ts';
import { openDoor } from './open-door.ts';

const by = { name: 'test', role: 'admin' };
const port = (container_port: number) => ({ proto: 'tcp' as const, container_port });

async function open(t: ExecutionContext) {
  const settings = { discovery: { dns: { host: '10.0.0.5', port: 53 }, domain: 'lab.test' } };
  const { cluster, server } = await openDoor(t, { engines: 1, settings }, 'token');
  t.teardown(() => server.stop());
  for (const name of ['shop', 'blog']) {
    const value = { quota: {}, createdAt: '', updatedAt: '' };
    await cluster.store.write([{ kind: 'project', id: name, value }]);
  }
  const service = async (name: string, project: string, ports: readonly number[] = [80]) => {
    const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, project, bind_ports: ports.map(port) };
    await createService(cluster, name, { ...serviceDefaults, image, replicas: 0 });
  };
  await service('web', 'shop');
  await service('api', 'shop', [8080, 9090]);
  await service('posts', 'blog');
  const as = async (name: string, projects?: readonly string[]) => {
    const scope = projects === undefined ? {} : { scope: { projects } };
    const { token } = await createToken(cluster, { name, role: 'admin', ...scope }, by);
    return async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) => {
      const headers = { host: 'localhost', authorization: `Bearer ${token}` };
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
      const { statusCode, payload: text } = await server.inject({ method, url: `/apiv1/${path}`, headers, ...payload });
      return { status: statusCode, text, ...JSON.parse(text) };
    };
  };
  return { cluster, as, admin: await as('root') };
}

test('a domain leads to the only port of a service, or to one that it publishes', async (t) => {
  const { admin } = await open(t);
  const made = await admin('POST', 'domain', { name: 'a.test', service: 'web' });
  t.is(made.status, 201);
  t.like(made.data, { project: 'shop', tls: 'automatic', rules: [{ path: '/', service: 'web', port: 80, ready: 0 }] });
  const several = await admin('POST', 'domain', { name: 'b.test', service: 'api' });
  t.like(several, { status: 400, data: 'service api publishes several ports: name one of 8080, 9090' });
  t.is((await admin('POST', 'domain', { name: 'b.test', service: 'api', port: 9090 })).status, 201);
  const missing = await admin('POST', 'domain', { name: 'c.test', service: 'api', port: 1 });
  t.like(missing, { status: 400, data: 'service api publishes no port 1, only 8080, 9090' });
  t.like(await admin('POST', 'domain', { name: 'c.test', service: 'nobody' }), {
    status: 404,
    code: 'no_such_service',
  });
  t.like(await admin('GET', 'domain/c.test'), { status: 404, code: 'no_such_domain' });
});

test('what a service has, no other one gets, and who has it is said', async (t) => {
  const { admin } = await open(t);
  await admin('POST', 'domain', { name: 'a.test', service: 'web' });
  const again = await admin('POST', 'domain', { name: 'a.test', service: 'web' });
  t.is(again.status, 201);
  t.is(again.data.created_at, again.data.updated_at);
  t.like(await admin('POST', 'domain', { name: 'a.test', service: 'api', port: 8080 }), {
    ...{ status: 409, code: 'domain_taken', data: 'a.test/ is taken by service web (project shop)' },
    details: { domain: 'a.test', path: '/', service: 'web', project: 'shop' },
  });
  t.is((await admin('POST', 'domain', { name: 'a.test', path: '/api', service: 'api', port: 8080 })).status, 201);
  // A path of somebody else's domain is a page of it.
  const foreign = await admin('POST', 'domain', { name: 'a.test', path: '/blog', service: 'posts' });
  t.like(foreign, { status: 409, code: 'domain_taken' });
  t.is((await admin('DELETE', 'domain/a.test?path=/')).status, 202);
  t.is((await admin('GET', 'domain/a.test')).data.rules.length, 1);
  t.like(await admin('DELETE', 'domain/a.test?path=/'), { status: 404, code: 'no_such_domain' });
  t.is((await admin('DELETE', 'domain/a.test?path=/api')).status, 202);
  t.is((await admin('GET', 'domains')).data.length, 0);
});

test('whoever is narrowed to a project sees its domains alone, and is not told who has another one', async (t) => {
  const { as, admin } = await open(t);
  const blogger = await as('blogger', ['blog']);
  await admin('POST', 'domain', { name: 'a.test', service: 'web' });
  t.is((await blogger('POST', 'domain', { name: 'b.test', service: 'posts' })).status, 201);
  t.deepEqual(
    (await blogger('GET', 'domains')).data.map(({ name }: { name: string }) => name),
    ['b.test'],
  );
  for (const method of ['GET', 'DELETE'] as const)
    t.like(await blogger(method, 'domain/a.test'), { status: 404, code: 'no_such_domain' });
  t.like(await blogger('POST', 'domain', { name: 'c.test', service: 'web' }), { status: 404, code: 'no_such_service' });
  const taken = await blogger('POST', 'domain', { name: 'a.test', service: 'posts' });
  t.like(taken, { status: 409, code: 'domain_taken' });
  t.false(/web|shop/.test(taken.text), taken.text);
});

test('no name under a wildcard of another project is had, and no wildcard over its domains', async (t) => {
  const { as, admin } = await open(t);
  const blogger = await as('blogger', ['blog']);
  await admin('POST', 'domain', { name: '*.a.test', service: 'web', tls: 'off' });
  await admin('POST', 'domain', { name: 'shop.b.test', service: 'web' });
  const under = await blogger('POST', 'domain', { name: 'x.a.test', service: 'posts' });
  t.like(under, { status: 409, code: 'domain_taken' });
  t.false(/web|shop/.test(under.text), under.text);
  const over = await blogger('POST', 'domain', { name: '*.b.test', service: 'posts', tls: 'off' });
  t.like(over, { status: 409, code: 'domain_taken' });
  t.false(/web|shop/.test(over.text), over.text);
  for (const name of ['xn--bcher-kva.test', 'x.y.a.test', 'a.test', 'b.test', '*.test'])
    t.is((await blogger('POST', 'domain', { name, service: 'posts', tls: 'off' })).status, 201, name);
  t.is((await admin('POST', 'domain', { name: 'own.a.test', service: 'web' })).status, 201);
});

test('a project with a domain stays, also when its service is gone', async (t) => {
  const { cluster, admin } = await open(t);
  await admin('POST', 'domain', { name: 'b.test', service: 'posts' });
  await cluster.store.write([{ kind: 'service', id: 'posts' }]);
  await cluster.cache.catchUp();
  const [rule] = (await admin('GET', 'domain/b.test')).data.rules;
  t.like(rule, { problem: 'there is no service posts', ready: 0 });
  t.like(await admin('DELETE', 'project/blog'), { status: 409, code: 'project_in_use' });
});

test('a service of another project that gets the name is not led to, and does not hide the domain', async (t) => {
  const { cluster, as } = await open(t);
  const blogger = await as('blogger', ['blog']);
  await blogger('POST', 'domain', { name: 'b.test', service: 'posts' });
  const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, bind_ports: [port(80)] };
  await cluster.store.write([{ kind: 'service', id: 'posts' }]);
  await cluster.cache.catchUp();
  await createService(cluster, 'posts', { ...serviceDefaults, image: { ...image, project: 'shop' }, replicas: 0 });
  await createService(cluster, 'news', { ...serviceDefaults, image: { ...image, project: 'blog' }, replicas: 0 });
  const shown = await blogger('GET', 'domain/b.test');
  t.like(shown.data.rules[0], { problem: 'service posts is of another project' });
  const changed = await blogger('POST', 'domain', { name: 'b.test', service: 'news' });
  t.is(changed.status, 201, changed.text);
  t.like(changed.data.rules, [{ path: '/', service: 'news' }]);
});

test('what routers ask the DNS for is a name of the service', async (t) => {
  const { cluster, admin } = await open(t);
  await admin('POST', 'domain', { name: 'a.test', service: 'api', port: 8080 });
  const router = {
    service: 'router',
    dns: ['10.0.0.5:53'],
    dnsDomain: 'lab.test',
    loaded: {},
    failures: {},
    createdAt: '',
  };
  const [, name = ''] = /"name":"([^"]+)"/.exec(desiredConfig(cluster, router, '2.6').text()) ?? [];
  t.regex(name, /^_8080\._tcp\./);
  t.is(nameOf(name.replace(/\.$/, ''), 'lab.test', serviceDirectory(cluster))?.is, 'routed');
});

test('passwords are in no answer, and are asked for only where routers can ask whether they are right', async (t) => {
  const { cluster, admin } = await open(t);
  const body = { name: 'a.test', service: 'web', users: { internal: 'correct horse' } };
  const refused = await admin('POST', 'domain', body);
  t.is(refused.status, 400);
  t.regex(refused.data, /discovery\.auth/);
  const router = await admin('PUT', 'router', { labels: ['edge'], auth: ['10.0.0.5:8090'] });
  t.is(router.status, 202, router.text);
  const made = await admin('POST', 'domain', body);
  t.deepEqual(made.data.users, ['internal']);
  const again = await admin('POST', 'domain', body);
  t.is(again.data.updated_at, made.data.updated_at);
  const kept = JSON.stringify(await cluster.store.list('domain'));
  t.false((made.text + again.text + kept).includes('correct horse'));
  t.false(/[0-9a-f]{32}/.test(kept.replaceAll(/"[A-Za-z0-9_.-]{60,}"/g, '""')), 'no hash stands there as it is');
  const long = await admin('POST', 'domain', { ...body, users: { internal: 'x'.repeat(300) } });
  t.is(long.status, 400);
  t.false(long.text.includes('xxx'));
});

test('a project has so many domains and no more, and others have room then', async (t) => {
  const { cluster, admin } = await open(t);
  const rules = [{ path: '/', service: 'web', port: 80 }];
  const value = { project: 'shop', rules, tls: 'off' as const, createdAt: '', updatedAt: '' };
  const ids = Array.from({ length: 500 }, (_, n) => `n${n}.test`);
  for (let at = 0; at < 500; at += 50)
    await cluster.store.write(ids.slice(at, at + 50).map((id) => ({ kind: 'domain', id, value })));
  await cluster.cache.catchUp();
  const refused = await admin('POST', 'domain', { name: 'a.test', service: 'web' });
  t.like(refused, { status: 400, data: 'there are 500 domains of project shop already: remove one first' });
  t.is((await admin('POST', 'domain', { name: 'n1.test', service: 'api', port: 8080, path: '/api' })).status, 201);
  t.is((await admin('POST', 'domain', { name: 'b.test', service: 'posts' })).status, 201);
});

test('no domain leads to the routers, and a path is the same one whatever its capitals', async (t) => {
  const { admin } = await open(t);
  t.is((await admin('PUT', 'router', { labels: ['edge'], auth: ['10.0.0.5:8090'] })).status, 202);
  const back = await admin('POST', 'domain', { name: 'r.test', service: 'router', port: 80 });
  t.is(back.status, 400, back.text);
  t.regex(back.data, /is the service of the routers/);
  await admin('POST', 'domain', { name: 'a.test', service: 'web', path: '/Api' });
  const other = await admin('POST', 'domain', { name: 'a.test', service: 'api', port: 8080, path: '/api' });
  t.like(other, { status: 409, code: 'domain_taken' });
  t.is((await admin('POST', 'domain', { name: 'a.test', service: 'web', path: '/api' })).data.rules.length, 1);
  const users = { constructor: 'one', internal: 'two' };
  for (const _ of [1, 2]) {
    const guarded = await admin('POST', 'domain', { name: 'a.test', service: 'web', users });
    t.deepEqual(guarded.data.users, ['constructor', 'internal'], guarded.text);
  }
});

test('a domain says why routers refuse it, until it is changed', async (t) => {
  const { cluster, admin } = await open(t);
  await admin('PUT', 'router', { labels: ['edge'] });
  for (const name of ['a.test', 'b.test']) await admin('POST', 'domain', { name, service: 'web' });
  const at = cluster.cache.domains.get('a.test')?.version ?? 0;
  const found = await cluster.store.read('router', 'router');
  if (!found) throw new Error('no router');
  const of = (container: string) => ({ container, hash: 'h', version: '2.6.2' });
  const loaded = { one: { ...of('c1'), refused: { 'a.test': { at, reason: 'no such label' } } }, two: of('c2') };
  await cluster.store.write([{ kind: 'router', id: 'router', value: { ...found.value, loaded } }]);
  await cluster.cache.catchUp();
  const problem = '1 of 2 routers refuse it: no such label';
  t.is((await admin('GET', 'domain/a.test')).data.problem, problem);
  const { data } = await admin('GET', 'domains');
  t.deepEqual(
    domainRows(data).map((row) => row.problem),
    [problem, undefined],
  );
  await admin('POST', 'domain', { name: 'a.test', service: 'web', tls: 'off' });
  t.is((await admin('GET', 'domain/a.test')).data.problem, undefined);
});

test('the service of the routers and its volumes are for routers alone', async (t) => {
  const { cluster, admin } = await open(t);
  const own = { name: 'demo/busybox:1', volumes: ['router-data:/d'] };
  const before = await admin('POST', 'service', { name: 'early', image: own, replicas: 0 });
  t.is(before.status, 201, before.text);
  const up = () => admin('PUT', 'router', { labels: ['edge'] });
  t.like(await up(), { status: 409, code: 'volume_in_use' });
  await cluster.store.write([{ kind: 'service', id: 'early' }]);
  t.is((await up()).status, 202);
  const refused = { status: 409, code: 'unchangeable' };
  t.like(await admin('DELETE', 'service/router'), refused);
  t.like(await admin('PUT', 'service/router', { image: { name: 'other:1' } }), refused);
  t.is((await up()).status, 202, 'router up changes it');
  const images = [own, { name: 'demo/busybox:1', mounts: [{ type: 'volume', source: 'router-config', target: '/c' }] }];
  for (const image of images)
    t.like(
      await admin('POST', 'container', { ...image }),
      { status: 409, code: 'volume_in_use' },
      JSON.stringify(image),
    );
  t.is((await admin('DELETE', 'router')).status, 202);
  t.like(await admin('PUT', 'service/router', { image: { name: 'other:1' } }), { code: 'service_removed' });
});

test('the volumes of routers go from no engine that is to have one', async (t) => {
  const { cluster, admin } = await open(t);
  const [engine] = cluster.cache.engines();
  const id = engine?.id ?? '';
  const client = cluster.pool.client(cluster.cache.engine(id).value);
  await client.createVolume({ name: 'router-data' });
  t.is((await admin('PUT', 'router', { labels: ['edge'] })).status, 202);
  await admin('PATCH', `engine/${id}`, { labels: ['edge'] });
  const removed = () => admin('DELETE', `volume/${id}/router-data`);
  t.like(await removed(), { status: 409, code: 'volume_in_use' });
  await admin('PATCH', `engine/${id}`, { labels: ['other'] });
  t.is((await removed()).status, 202);
});

test('the ports of routers are kept for them on engines that are to have one', async (t) => {
  const { cluster, admin } = await open(t);
  const [engine] = cluster.cache.engines();
  await admin('PATCH', `engine/${engine?.id}`, { labels: ['edge'] });
  const asked = (container_port: number, binding: object = {}) => ({
    ...{ name: 'demo/busybox:1', type: 'port' },
    bind_ports: [{ container_port, ...binding }],
  });
  const early = await admin('POST', 'container', asked(80, { port: 80 }));
  t.is(early.status, 201, early.text);
  t.is((await admin('PUT', 'router', { labels: ['edge'] })).status, 202);
  const kept = [
    asked(80, { port: 443 }),
    asked(80, { port: 443, proto: 'udp' }),
    asked(80, { port: 80, host_ip: '127.0.0.1' }),
    { ...asked(80), network_mode: 'host' },
  ];
  for (const body of kept) {
    const refused = await admin('POST', 'container', body);
    t.is(refused.status, 422, refused.text);
    t.regex(refused.text, /is kept for the router that this engine is to have/, JSON.stringify(body));
    t.regex((await admin('POST', 'plan', body)).text, /router_port/);
  }
  const other = await admin('POST', 'container', asked(80, { port: 80, proto: 'udp' }));
  t.is(other.status, 201, other.text);
  t.is((await admin('POST', `container/${early.data.id}/restart`)).status, 200, 'who has it keeps it');
  await admin('PATCH', `engine/${engine?.id}`, { labels: ['other'] });
  t.is((await admin('POST', 'container', asked(80, { port: 443 }))).status, 201);
});

test('a domain, or a path of it, is sent on to a URL, and leads to no service there', async (t) => {
  const { admin, as } = await open(t);
  const old = { name: 'old.test', redirect: 'https://new.test', keep_path: true, project: 'shop' };
  const made = await admin('POST', 'domain', old);
  t.is(made.status, 201, made.text);
  t.like(made.data, { project: 'shop', rules: [] });
  t.deepEqual(made.data.redirects, [{ path: '/', to: 'https://new.test', permanent: true, keep_path: true }]);
  t.is((await admin('POST', 'domain', old)).data.updated_at, made.data.updated_at);
  t.like(await admin('POST', 'domain', { name: 'old.test', service: 'web' }), { status: 409, code: 'domain_taken' });
  t.is((await admin('POST', 'domain', { name: 'old.test', service: 'web', path: '/api' })).status, 201);
  const over = { ...old, path: '/api', permanent: false };
  t.like(await admin('POST', 'domain', over), { status: 409, code: 'domain_taken' });
  t.deepEqual(
    domainRows((await admin('GET', 'domains')).data).map(({ path, service, to }) => [path, service ?? to]),
    [
      ['/api', 'web'],
      ['/', 'https://new.test'],
    ],
  );
  const blogger = await as('blogger', ['blog']);
  t.is((await blogger('POST', 'domain', { ...old, name: 'x.test' })).status, 403);
  t.is((await blogger('POST', 'domain', { name: 'y.test', redirect: 'http://z.test' })).data.project, 'blog');
  t.is((await blogger('GET', 'domain/old.test')).status, 404);
  t.is((await admin('DELETE', 'domain/old.test?path=/')).status, 202);
  t.is((await admin('GET', 'domain/old.test')).data.redirects, undefined);
});

test('headers and the way of asking for passwords stay until something else is said', async (t) => {
  const { admin } = await open(t);
  await admin('PUT', 'router', { labels: ['edge'], auth: ['10.0.0.5:8090'] });
  const headers = { response: { set: { 'X-Frame-Options': 'DENY' }, remove: ['Server'] } };
  const body = { name: 'a.test', service: 'web' };
  const made = await admin('POST', 'domain', { ...body, headers, users: { me: 'secret' }, auth: 'basic' });
  t.like(made.data, { headers, auth: 'basic' }, made.text);
  t.like((await admin('POST', 'domain', body)).data, { headers, auth: 'basic', updated_at: made.data.updated_at });
  t.is((await admin('POST', 'domain', { ...body, headers: null })).data.headers, undefined);
  t.is((await admin('POST', 'domain', { ...body, auth: 'digest' })).data.auth, undefined);
});

const refusals: readonly (readonly [body: object, pattern: RegExp])[] = [
  [{ name: 'A.test', service: 'web' }, /host name in lower case/],
  [{ name: 'a..test', service: 'web' }, /host name in lower case/],
  [{ name: '{http.request.host}', service: 'web' }, /host name in lower case/],
  [{ name: 'a.*.test', service: 'web' }, /host name in lower case/],
  [{ name: 'Shop.a.test:8080', service: 'web' }, /^"name" must be a host name in lower case, like [^;]+$/],
  [{ name: 'xn--99999.a.test', service: 'web' }, /stands for no international one/],
  [{ name: '*.xn--a.test', service: 'web', tls: 'off' }, /stands for no international one/],
  [{ name: '*.a.test', service: 'web' }, /public authorities give no certificate/],
  [{ name: 'a.test', service: 'web', path: '/api/' }, /no slash at its end/],
  [{ name: 'a.test', service: 'web', path: '/a*' }, /no "\*"/],
  [{ name: 'a.test', service: 'web', path: '/{http.request.host}' }, /must be "\/", or like/],
  [{ name: 'a.test', service: 'web', tls: 'yes' }, /tls/],
  [{ name: 'a.test' }, /service, redirect/],
  [{ name: 'a.test', service: 'web', redirect: 'http://b.test' }, /service, redirect/],
  [{ name: 'a.test', service: 'web', permanent: true }, /permanent/],
  [{ name: 'a.test', redirect: 'http://b.test', port: 80 }, /port/],
  [{ name: 'a.test', redirect: 'http://b.test/{http.request.host}' }, /without braces/],
  [{ name: 'a.test', redirect: 'javascript:alert(1)' }, /must be a URL/],
  [{ name: 'a.test', redirect: 'http://b.test/\r\nSet-Cookie: a=b' }, /must be a URL/],
  [{ name: 'a.test', redirect: 'https://user:secret@b.test' }, /must be a URL/],
  [{ name: 'a.test', service: 'web', headers: { response: { set: { A: '{env.SECRET}' } } } }, /without braces/],
  [{ name: 'a.test', service: 'web', headers: { response: { set: { A: 'b\r\nC: d' } } } }, /printable ASCII/],
  [{ name: 'a.test', service: 'web', headers: { request: { set: { 'Remote-User': 'me' } } } }, /not allowed/],
  [{ name: 'a.test', service: 'web', headers: { request: { set: { '{http.request.host}': 'me' } } } }, /headers/],
  [{ name: 'a.test', service: 'web', headers: { request: { remove: ['*'] } } }, /name of a header/],
  [{ name: 'a.test', service: 'web', headers: { request: { remove: ['X-Forwarded-For'] } } }, /cannot be changed/],
];

test('what makes no sense is refused, and changes nothing', async (t) => {
  const { admin } = await open(t);
  for (const [body, pattern] of refusals) {
    const { status, data } = await admin('POST', 'domain', body);
    t.is(status, 400, JSON.stringify(body));
    t.regex(String(data), pattern);
  }
  t.is((await admin('GET', 'domains')).data.length, 0);
  for (const dns of ['10.0.0.5', 'host:53', '10.0.0.5:0', '[::1:53'])
    t.is((await admin('PUT', 'router', { labels: [], dns: [dns] })).status, 400, dns);
});
