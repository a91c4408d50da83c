import { isIPv4 } from 'node:net';
import type { NamedDomain, RouterSettings } from './routed-domain.ts';

/** What routers call the log of requests that Satsuma is told: a domain's has its code behind it. */
export const requestLogger = 'satsuma';
const access = 'http.log.access';

/**
 * Of each request Caddy tells the status and the code of the domain, and nothing of the visitor. By UDP: a server that is away holds up
 * nobody. All versions of Caddy can do it; its own metrics by host came with 2.9, and count whatever a visitor calls the host.
 */
export function requestLogs({ auth = [] }: Pick<RouterSettings, 'auth'>, isNew: boolean): object {
  // Before 2.8 an address without a route keeps Caddy from loading anything, and containers often have no IPv6.
  const told = auth.filter((address) => isNew || isIPv4(address.replace(/:\d+$/, '')));
  const sinks = told.map((address, index) => [
    `${requestLogger}${index}`,
    {
      writer: { output: 'net', address: `udp/${address}`, ...(isNew && { soft_start: true }) },
      encoder: { format: 'filter', wrap: { format: 'json' }, fields: Object.fromEntries(left) },
      include: [`${access}.${requestLogger}`],
    },
  ]);
  return { logging: { logs: { default: { exclude: [access] }, ...Object.fromEntries(sinks) } } };
}

const left = ['request', 'resp_headers', 'user_id', 'duration', 'size', 'bytes_read', 'err_id', 'err_trace'].map(
  (field) => [field, { filter: 'delete' }] as const,
);

/** Of one of Caddy's servers. */
export function loggedDomains(domains: readonly NamedDomain[]): object {
  const names = domains.flatMap(({ name, code }) => (code === undefined ? [] : [[name, `${requestLogger}.${code}`]]));
  return names.length === 0 ? {} : { logs: { logger_names: Object.fromEntries(names) } };
}
