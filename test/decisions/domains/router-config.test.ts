import test from 'ava';
import type { NamedDomain } from '../../../src/decisions/domains/routed-domain.ts';
import { isAtLeast, routerConfig } from '../../../src/decisions/domains/router-config.ts';

const settings = { dns: ['10.0.0.5:53'], dnsDomain: 'lab.test', version: '2.6.2' };
const rule = (path: string, serviceId: string, port = 80) => ({ path, serviceId, port });
const domain = (name: string, tls: NamedDomain['tls'] = 'off', rules = [rule('/', 'web')]): NamedDomain => ({
  name,
  tls,
  rules,
});

// biome-ignore lint/suspicious/noExplicitAny: what Caddy is told is looked at wherever it matters.
const appsOf = (domains: readonly NamedDomain[], changes = {}): any =>
  routerConfig(domains, { ...settings, ...changes }).apps;

// biome-ignore lint/suspicious/noExplicitAny: as above.
const hostsOf = (server: any): string[] => server.routes.flatMap((route: any) => route.match?.[0].host ?? []);

test('without domains a router listens, and answers that there is none', (t) => {
  const { http, tls } = appsOf([]);
  t.deepEqual(Object.keys(http.servers), ['http']);
  t.is(http.servers.http.routes[0].handle[0].status_code, 404);
  t.is(tls, undefined);
});

test('the admin endpoint is a socket and no port', (t) => {
  t.deepEqual(routerConfig([domain('a.test')], settings).admin, { listen: 'unix//config/satsuma-admin.sock' });
});

test('hosts come before wildcards, and long wildcards before short ones', (t) => {
  const { http } = appsOf(['*.test', '*.shop.test', 'web.shop.test', 'a.test'].map((name) => domain(name)));
  t.deepEqual(hostsOf(http.servers.http), ['a.test', 'web.shop.test', '*.shop.test', '*.test']);
});

test('the longest path comes first, and a path is itself and what is below it', (t) => {
  const rules = [rule('/', 'web'), rule('/api', 'api'), rule('/api/v2', 'next', 8080)];
  const { http } = appsOf([domain('a.test', 'off', rules)]);
  const { routes } = http.servers.http.routes[0].handle[0];
  t.deepEqual(
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    routes.map(({ match, handle }: any) => [match?.[0].path, handle[0].dynamic_upstreams?.name]),
    [
      [['/api/v2', '/api/v2/*'], '_8080._tcp.next.addr.lab.test.'],
      [['/api', '/api/*'], '_80._tcp.api.addr.lab.test.'],
      [undefined, '_80._tcp.web.addr.lab.test.'],
      [undefined, undefined],
    ],
  );
});

test('a domain with a certificate is sent on from plain HTTP, and its certificate comes from where it says', (t) => {
  const { http, tls, pki } = appsOf([domain('a.test', 'internal'), domain('b.test', 'automatic'), domain('c.test')], {
    email: 'ops@example.org',
  });
  t.deepEqual(hostsOf(http.servers.https), ['a.test', 'b.test']);
  const [a, b, c] = http.servers.http.routes;
  t.is(a.handle[0].routes[0].handle[0].status_code, 308);
  t.is(b.handle[0].routes[0].handle[0].status_code, 308);
  t.is(c.handle[0].routes[0].handle[0].handler, 'reverse_proxy');
  t.deepEqual(tls.automation.policies, [
    { subjects: ['a.test'], issuers: [{ module: 'internal' }] },
    { subjects: ['b.test'], issuers: [{ module: 'acme', email: 'ops@example.org' }] },
    { issuers: [{ module: 'acme', email: 'ops@example.org' }] },
  ]);
  t.false(pki.certificate_authorities.local.install_trust);
});

test('a wildcard does not take over the certificate of a domain of its own', (t) => {
  const domains = [
    domain('*.a.test', 'internal'),
    domain('shop.a.test', 'automatic'),
    domain('own.a.test', 'internal'),
  ];
  const { tls } = appsOf(domains);
  t.deepEqual(tls.automation.policies, [
    { subjects: ['own.a.test'], issuers: [{ module: 'internal' }] },
    { subjects: ['shop.a.test'], issuers: [{ module: 'acme' }] },
    { subjects: ['*.a.test'], issuers: [{ module: 'internal' }] },
    { issuers: [{ module: 'acme' }] },
  ]);
  t.deepEqual(tls.certificates, { automate: ['own.a.test', 'shop.a.test', '*.a.test'] });
});

test('no server of a router manages certificates: one whose names are refused would go on listening without them', (t) => {
  const { http, tls } = appsOf([domain('a.test', 'internal'), domain('*.b.test', 'internal'), domain('c.test')]);
  t.deepEqual(http.servers.https.automatic_https, { disable: true });
  t.deepEqual(http.servers.https.tls_connection_policies, [{}]);
  t.deepEqual(http.servers.http.automatic_https, { disable: true });
  t.deepEqual(tls.certificates.automate, ['a.test', '*.b.test']);
});

// biome-ignore lint/suspicious/noExplicitAny: as above.
const handlersOf = (one: NamedDomain, changes = {}): any[] =>
  appsOf([one], changes)
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    .http.servers.http.routes[0].handle[0].routes.map(({ handle }: any) => handle[0]);
const guarded = { ...domain('a.test'), isGuarded: true };

test('one failure takes out neither the only replica nor the only server that checks passwords', (t) => {
  t.is(handlersOf(domain('a.test'))[0].health_checks, undefined);
  const [ask, proxy] = handlersOf(guarded, { auth: ['10.0.0.5:8090'] });
  t.is(ask.headers.request.set['X-Satsuma-Router'], undefined);
  t.is(ask.health_checks.passive.max_fails, 5);
  t.is(proxy.health_checks, undefined);
});

test('no visitor says of himself who came in', (t) => {
  t.deepEqual(handlersOf(domain('a.test'))[0].headers.request.delete, ['Remote-User', 'Remote_User']);
  const [ask, proxy] = handlersOf(guarded, { auth: ['10.0.0.5:8090'] });
  t.deepEqual(Object.keys(ask.handle_response[0].routes[0].handle[0].request.set), ['Remote-User']);
  t.deepEqual(proxy.headers.request.delete, ['Remote_User']);
});

test('what a Caddy does not know is not said to it', (t) => {
  const proxyOf = (version: string) =>
    appsOf([domain('a.test')], { version }).http.servers.http.routes[0].handle[0].routes[0].handle[0];
  t.is(proxyOf('2.6.2').stream_close_delay, undefined);
  t.is(proxyOf('2.6.2').dynamic_upstreams.grace_period, undefined);
  t.is(typeof proxyOf('2.7.0').stream_close_delay, 'number');
  t.is(proxyOf('2.7.0').dynamic_upstreams.grace_period, undefined);
  const { grace_period, refresh, dial_timeout } = proxyOf('2.10.2').dynamic_upstreams;
  t.is(grace_period, refresh);
  t.true(dial_timeout < refresh, 'a DNS server whose host is gone does not use up the time of the next one');
  t.true(isAtLeast('v3.0', [2, 8]));
  t.false(isAtLeast('nonsense', [2, 0]));
});

test('a redirect is a path like others, and has what was asked for appended only where it says so', (t) => {
  const redirect = { to: 'https://b.test/', permanent: true, keep_path: true };
  const redirects = [
    { ...redirect, path: '/' },
    { path: '/old', to: 'http://c.test/new', permanent: false, keep_path: false },
  ];
  const one = { ...domain('a.test', 'off', [rule('/old/api', 'api')]), redirects };
  t.deepEqual(
    handlersOf(one).map(({ handler, status_code, headers }) => [handler, status_code, headers?.Location?.[0]]),
    [
      ['reverse_proxy', undefined, undefined],
      ['static_response', 307, 'http://c.test/new'],
      ['static_response', 308, 'https://b.test{http.request.uri}'],
      ['static_response', 404, undefined],
    ],
  );
});

test('headers are changed after who visits is known, and those of answers when the service has said its own', (t) => {
  const headers = { request: { set: { A: 'b' } }, response: { set: { C: 'd' }, remove: ['Server'] } };
  const [ask, change, proxy] = handlersOf({ ...guarded, headers }, { auth: ['10.0.0.5:8090'] });
  t.is(ask.handler, 'reverse_proxy');
  t.deepEqual(change, {
    ...{ handler: 'headers', request: { set: { A: ['b'] } } },
    response: { set: { C: ['d'] }, delete: ['Server'], deferred: true },
  });
  t.truthy(proxy.dynamic_upstreams);
});

test('requests are reported by UDP, without a word about visitors, and to nobody who was not named', (t) => {
  const domains = [
    { ...domain('a.test'), code: 'c1' },
    { ...domain('b.test', 'internal'), code: 'c2' },
  ];
  const auth = ['10.0.0.5:8090', '[fd00::5]:8090'];
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const config: any = routerConfig(domains, { ...settings, auth });
  const { default: rest, ...sinks } = config.logging.logs;
  t.deepEqual(rest, { exclude: ['http.log.access'] });
  t.deepEqual(Object.keys(sinks), ['satsuma0'], 'a Caddy before 2.8 loads nothing where there is no IPv6');
  t.like(sinks.satsuma0, { writer: { address: 'udp/10.0.0.5:8090' }, include: ['http.log.access.satsuma'] });
  t.is(sinks.satsuma0.writer.soft_start, undefined);
  for (const field of ['request', 'resp_headers', 'user_id'])
    t.deepEqual(sinks.satsuma0.encoder.fields[field], { filter: 'delete' });
  const { http, https } = config.apps.http.servers;
  t.deepEqual(http.logs, { logger_names: { 'a.test': 'satsuma.c1' } });
  t.deepEqual(https.logs, { logger_names: { 'b.test': 'satsuma.c2' } });
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const newer: any = routerConfig(domains, { ...settings, auth, version: '2.8' });
  t.like(newer.logging.logs.satsuma1.writer, { address: 'udp/[fd00::5]:8090', soft_start: true });
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  const silent: any = routerConfig([domain('a.test')], settings);
  t.deepEqual([silent.logging, silent.apps.http.servers.http.logs], [undefined, undefined]);
});
