import { isIPv4 } from 'node:net';
import type { NamedDomain, RouterSettings } from './routed-domain.ts';

/** The name of Caddy's request log for Satsuma. The log of one domain has the domain's code as its suffix. */
export const requestLogger = 'satsuma';
const access = 'http.log.access';

/**
 * Caddy reports the status and the domain's code of each request, and nothing about the visitor. It uses UDP, so a server that
 * is down delays no request. All versions of Caddy can do this. Caddy's own metrics by host exist since 2.9, and count any host
 * name that a visitor sends.
 */
export function requestLogs({ auth = [] }: Pick<RouterSettings, 'auth'>, isNew: boolean): object {
  // Before 2.8, Caddy loads no configuration with an address that has no route. Containers often have no IPv6.
  const endpoints = auth.filter((address) => isNew || isIPv4(address.replace(/:\d+$/, '')));
  const sinks = endpoints.map((address, index) => [
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

/** The log settings of one of Caddy's servers. */
export function loggedDomains(domains: readonly NamedDomain[]): object {
  const names = domains.flatMap(({ name, code }) => (code === undefined ? [] : [[name, `${requestLogger}.${code}`]]));
  return names.length === 0 ? {} : { logs: { logger_names: Object.fromEntries(names) } };
}
