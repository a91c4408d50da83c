import { routerTokenHeader } from '../../labels/router-token.ts';
import { type DomainHeaders, type DomainRedirect, type HeaderChanges, isWildcardDomain } from '../../model/domain.ts';
import { loggedDomains, requestLogs } from './request-log.ts';
import type { NamedDomain, RoutedRule, RouterSettings } from './routed-domain.ts';
import { certificates, connectionPolicies } from './router-tls.ts';

/** Caddy's configuration, as JSON. */
export type CaddyConfig = Readonly<Record<string, unknown>>;

/** Only who is in the container reaches it: it is no port, and a domain cannot lead there. */
export const adminSocket = '/config/satsuma-admin.sock';

const millisecond = 1_000_000;
const second = 1_000 * millisecond;
const dnsDialMs = 200;
/** For a replica: a request that finds none, or a DNS server that is being restarted, is held for so long. */
const patienceSeconds = 10;
/** What passes through a connection that was upgraded goes on for so long after a domain has changed. */
const streamSeconds = 86_400;

/**
 * What routers serve. Of replicas there is nothing in it: they are looked up, so that they come and go without a change here. Equal input
 * gives an equal text.
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
        ...connectionPolicies(secure),
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
      // The root of the router's own authority is not put among those that the container believes.
      ...(hasInternal && { pki: { certificate_authorities: { local: { install_trust: false } } } }),
    },
  };
}

/** A host of its own before a wildcard, and a longer wildcard before a shorter one. */
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

/** No text in it is a placeholder of Caddy's, but for the one that is meant: a URL has no braces. */
function sendOn({ to, permanent, keep_path }: DomainRedirect): object {
  const location = keep_path ? `${to.replace(/\/$/, '')}{http.request.uri}` : to;
  return { handler: 'static_response', status_code: permanent ? 308 : 307, headers: { Location: [location] } };
}

/** Names and values have no braces, and names no `*`: they mean themselves. */
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
    // After the service has said its own.
    ...(response && { response: { ...changes(response), deferred: true } }),
  };
}

/** Nobody passes but with an answer that says so: where no server answers, nobody does. */
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

/** `isGuarded`: who the visitor is was set before, by `askFirst`. */
function proxyTo(
  { serviceId, port }: RoutedRule,
  { dns, dnsDomain, version }: RouterSettings,
  isGuarded: boolean,
): object {
  // By TCP: an answer of any length comes whole, and a server that is away says so at once.
  const resolver = { addresses: dns.map((address) => `tcp/${address}`) };
  // An address is short, and asked for by every connection that is made.
  const addressResolver = { addresses: dns.map((address) => `udp/${address}`) };
  return {
    handler: 'reverse_proxy',
    dynamic_upstreams: {
      source: 'srv',
      name: `_${port}._tcp.${serviceId}.addr.${dnsDomain}.`,
      refresh: second,
      resolver,
      // A host that is gone says nothing: the next server is asked soon, for no other request waits less than this one.
      dial_timeout: dnsDialMs * millisecond,
      // While no DNS server answers, the last answer holds. How long a replica goes on after it has left is worked out from this.
      ...(isAtLeast(version, [2, 8]) && { grace_period: second }),
    },
    transport: { protocol: 'http', dial_timeout: second, resolver: addressResolver },
    load_balancing: {
      selection_policy: { policy: 'random' },
      try_duration: patienceSeconds * second,
      try_interval: second / 10,
    },
    // Nobody says of himself who came in; some servers read the second spelling as the first.
    headers: { request: { delete: [...(isGuarded ? [] : ['Remote-User']), 'Remote_User'] } },
    // No passive health checks: they would take out the only replica for a request that it did not like.
    ...(isAtLeast(version, [2, 7]) && { stream_close_delay: streamSeconds * second }),
  };
}

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

/** The oldest Caddy that is told the same as this one: what is worked out for one of them holds for all. */
export function featureLevelOf(version: string): string {
  const level = [8, 7].find((minor) => isAtLeast(version, [2, minor]));
  return level === undefined ? '2.0' : `2.${level}`;
}

/** Of a version that makes no sense, what every version has. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first, next] = /^v?(\d{1,4})\.(\d{1,4})/.exec(version) ?? [];
  if (first === undefined || next === undefined) return false;
  return Number(first) > major || (Number(first) === major && Number(next) >= minor);
}
