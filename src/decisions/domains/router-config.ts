import { routerTokenHeader } from '../../labels/router-token.ts';
import { type DomainHeaders, type DomainRedirect, type HeaderChanges, isWildcardDomain } from '../../model/domain.ts';
import { loggedDomains, requestLogs } from './request-log.ts';
import type { NamedDomain, RoutedRule, RouterSettings } from './routed-domain.ts';
import { certificates, connectionPolicies } from './router-tls.ts';

/** Caddy's configuration, as JSON. */
type CaddyConfig = Readonly<Record<string, unknown>>;

/** A Unix socket in the container: it cannot be reached from outside, and no domain can point to it. */
export const adminSocket = '/config/satsuma-admin.sock';

const millisecond = 1_000_000;
const second = 1_000 * millisecond;
const dnsDialMs = 200;
/** How long a request waits for a replica, for example while a DNS server restarts. */
const patienceSeconds = 10;
/** How long upgraded connections (WebSockets) stay open after a domain has changed. */
const streamSeconds = 86_400;

/**
 * The configuration of routers. It contains no replicas: routers look them up by DNS, so that a change of replicas needs no
 * reload. Equal input gives equal text.
 */
export function routerConfig(domains: readonly NamedDomain[], settings: RouterSettings): CaddyConfig {
  const ordered = [...domains].sort(bySpecificity);
  const secure = ordered.filter(({ tls }) => tls !== 'off');
  const hasInternal = secure.some(({ tls }) => tls === 'internal');
  const plain = ordered.map((domain) => routeOf(domain, domain.tls === 'off' ? forwards(domain, settings) : [toHttps]));
  const servers = {
    http: {
      listen: [':80'],
      automatic_https: { disable: true },
      routes: [...plain, notHere],
      ...loggedDomains(ordered.filter(({ tls }) => tls === 'off')),
    },
    ...(secure.length > 0 && {
      https: {
        listen: [':443'],
        automatic_https: byTlsAppAlone,
        tls_connection_policies: connectionPolicies(secure),
        routes: [...secure.map((domain) => routeOf(domain, forwards(domain, settings))), notHere],
        ...loggedDomains(secure),
      },
    }),
  };
  return {
    admin: { listen: `unix/${adminSocket}` },
    ...(ordered.some(({ code }) => code !== undefined) && requestLogs(settings, isAtLeast(settings.version, [2, 8]))),
    apps: {
      http: { servers },
      ...(secure.length > 0 && { tls: certificates(secure, settings) }),
      // Do not install the root certificate of Caddy's internal CA in the container's trust store.
      ...(hasInternal && { pki: { certificate_authorities: { local: { install_trust: false } } } }),
    },
  };
}

/** Exact hosts before wildcards, and longer wildcards before shorter ones. */
function bySpecificity(a: NamedDomain, b: NamedDomain): number {
  const [wildA, wildB] = [isWildcardDomain(a.name), isWildcardDomain(b.name)];
  if (wildA !== wildB) return wildA ? 1 : -1;
  if (wildA && a.name.length !== b.name.length) return b.name.length - a.name.length;
  return a.name < b.name ? -1 : 1;
}

function routeOf({ name }: NamedDomain, routes: readonly object[]): object {
  return { match: [{ host: [name] }], handle: [{ handler: 'subroute', routes: [...routes, notHere] }], terminal: true };
}

function forwards(domain: NamedDomain, settings: RouterSettings): object[] {
  const { rules, redirects = [], headers, isGuarded } = domain;
  const led = [
    ...rules.map((rule) => ({ path: rule.path, handler: proxyTo(rule, settings, isGuarded === true) })),
    ...redirects.map((redirect) => ({ path: redirect.path, handler: sendOn(redirect) })),
  ];
  const longestFirst = led.sort((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1));
  const routes = longestFirst.map(({ path, handler }) => ({
    ...(path !== '/' && { match: [{ path: [path, `${path}/*`] }] }),
    handle: [handler],
    terminal: true,
  }));
  return [
    ...(isGuarded ? [{ handle: [askFirst(domain, settings)] }] : []),
    ...(headers ? [{ handle: [changeHeaders(headers)] }] : []),
    ...routes,
  ];
}

/** Contains no placeholder of Caddy except the intended one, because a URL has no braces. */
function sendOn({ to, permanent, keep_path }: DomainRedirect): object {
  const location = keep_path ? `${to.replace(/\/$/, '')}{http.request.uri}` : to;
  return { handler: 'static_response', status_code: permanent ? 308 : 307, headers: { Location: [location] } };
}

/** Names and values have no braces, and names have no `*`, so that Caddy takes them literally. */
function changeHeaders({ request, response }: DomainHeaders): object {
  const changes = ({ set = {}, remove = [] }: HeaderChanges) => ({
    ...(Object.keys(set).length > 0 && {
      set: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, [value]])),
    }),
    ...(remove.length > 0 && { delete: remove }),
  });
  return {
    handler: 'headers',
    ...(request && { request: changes(request) }),
    // After the headers of the service.
    ...(response && { response: { ...changes(response), deferred: true } }),
  };
}

/** A visitor passes only if a server says so. If no server answers, nobody passes. */
function askFirst({ name }: NamedDomain, { auth = [], token }: RouterSettings): object {
  if (auth.length === 0) return { handler: 'static_response', status_code: 503, body: 'no server checks passwords\n' };
  return {
    handler: 'reverse_proxy',
    upstreams: auth.map((dial) => ({ dial })),
    rewrite: { method: 'GET', uri: `/auth/${name}` },
    headers: {
      request: {
        set: {
          ...(token !== undefined && { [routerTokenHeader]: [token] }),
          'X-Forwarded-Method': ['{http.request.method}'],
          'X-Forwarded-Uri': ['{http.request.uri}'],
          'X-Forwarded-For': ['{http.request.remote.host}'],
        },
        delete: ['Cookie'],
      },
    },
    transport: { protocol: 'http', dial_timeout: second, response_header_timeout: 5 * second },
    load_balancing: { try_duration: 3 * second, try_interval: second / 10 },
    health_checks: { passive: { fail_duration: 2 * second, max_fails: 5 } },
    handle_response: [
      {
        match: { status_code: [2] },
        routes: [
          {
            handle: [
              {
                handler: 'headers',
                request: {
                  set: { 'Remote-User': ['{http.reverse_proxy.header.Remote-User}'] },
                  delete: ['Authorization'],
                },
              },
            ],
          },
        ],
      },
    ],
  };
}

/** `isGuarded`: `askFirst` has set the header with the visitor's name. */
function proxyTo(
  { serviceId, port }: RoutedRule,
  { dns, dnsDomain, version }: RouterSettings,
  isGuarded: boolean,
): object {
  // By TCP: long answers are complete, and a server that is down refuses the connection at once.
  const resolver = { addresses: dns.map((address) => `tcp/${address}`) };
  // An answer with one address is short, and every new connection needs one.
  const addressResolver = { addresses: dns.map((address) => `udp/${address}`) };
  return {
    handler: 'reverse_proxy',
    dynamic_upstreams: {
      source: 'srv',
      name: `_${port}._tcp.${serviceId}.addr.${dnsDomain}.`,
      refresh: second,
      resolver,
      // A host that is down does not answer. The next server is tried soon, because the request waits meanwhile.
      dial_timeout: dnsDialMs * millisecond,
      // While no DNS server answers, the last answer is used. `routed-services.ts` derives from this how long a removed replica keeps running.
      ...(isAtLeast(version, [2, 8]) && { grace_period: second }),
    },
    transport: { protocol: 'http', dial_timeout: second, resolver: addressResolver },
    load_balancing: {
      selection_policy: { policy: 'random' },
      try_duration: patienceSeconds * second,
      try_interval: second / 10,
    },
    // Visitors cannot set these headers. Some servers treat both spellings as the same header.
    headers: { request: { delete: [...(isGuarded ? [] : ['Remote-User']), 'Remote_User'] } },
    // No passive health checks: one failed request could remove the only replica.
    ...(isAtLeast(version, [2, 7]) && { stream_close_delay: streamSeconds * second }),
  };
}

/**
 * Certificates are managed by Caddy's `tls` app, never by its servers. A server manages them only once it listens: if Caddy then
 * refuses a name, the configuration before stays, but the listening server stays with it, and takes part of all connections,
 * for which it has no certificate.
 */
const byTlsAppAlone = { disable: true };

const toHttps = {
  handle: [
    {
      handler: 'static_response',
      status_code: 308,
      headers: { Location: ['https://{http.request.host}{http.request.uri}'] },
    },
  ],
  terminal: true,
};

const notHere = { handle: [{ handler: 'static_response', status_code: 404, body: 'no such domain\n' }] };

/** The oldest version of Caddy that gets the same configuration as this one. All of them share one computed result. */
export function featureLevelOf(version: string): string {
  const level = [8, 7].find((minor) => isAtLeast(version, [2, minor]));
  return level === undefined ? '2.0' : `2.${level}`;
}

/** For an unknown version, the features that all versions have. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first, next] = /^v?(\d{1,4})\.(\d{1,4})/.exec(version) ?? [];
  if (first === undefined || next === undefined) return false;
  return Number(first) > major || (Number(first) === major && Number(next) >= minor);
}
