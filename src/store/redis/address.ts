import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import { SatsumaError } from '../../model/errors.ts';
import { parseRedisUrl, type RedisUrl, redisUrlExpectation } from '../../model/redis-url.ts';
import { clusterConnector } from './cluster-connector.ts';
import type { ProbedEndpoint } from './probe.ts';

/** PEM texts, and the expected name in Redis' certificate if it differs from the host. */
export interface RedisTlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** The client library's settings for the address of Redis. */
export interface RedisAddress {
  readonly url?: string;
  readonly options: RedisOptions;
  /** "host:port" or another description without a password. Absent: taken from the options. */
  readonly endpoint?: string;
  /** How many replicas must confirm a change. */
  readonly replicas?: number;
  /** The address to probe for a TLS mismatch. */
  readonly probed?: ProbedEndpoint;
}

/** `prefix` determines the node of a Cluster. Throws `invalid` for an invalid URL; a path is a socket's. */
export function redisAddress(text: string, prefix: string, tls: RedisTlsOptions = {}): RedisAddress {
  if (text.startsWith('/')) return { url: text, options: {} };
  const url = parseRedisUrl(text);
  if (!url) throw new SatsumaError('invalid', `The URL of the store must be ${redisUrlExpectation(text)}.`);
  return addressOf(url, prefix, tlsOptions(tls));
}

function addressOf(url: RedisUrl, prefix: string, tls: TlsOptions): RedisAddress {
  const secure = url.isTls ? { tls } : {};
  if (url.kind === 'server') {
    const { hostname, port } = new URL(url.url);
    const probed = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || '6379'), isTls: url.isTls };
    // With "rediss:", the library's TLS settings would override ours.
    return { url: url.url.replace(/^rediss:/, 'redis:'), options: secure, probed };
  }
  const { kind: _, isTls, ...rest } = url;
  if ('path' in rest) return { options: rest };
  if ('sentinels' in rest) {
    const { replicas, sentinels, ...login } = rest;
    const secureSentinels = isTls ? { ...secure, sentinelTLS: tls, enableTLSForSentinelMode: true } : {};
    const options = { ...login, sentinels: [...sentinels], ...secureSentinels };
    return { options, replicas, ...endpointToProbe(sentinels, isTls) };
  }
  const { nodes, replicas, ...login } = rest;
  const names = nodes.map(({ host, port }) => `${host}:${port}`);
  return {
    options: { ...login, Connector: clusterConnector({ nodes, prefix, login, ...secure }) },
    endpoint: `Cluster ${names.join(', ')}`,
    replicas,
    ...endpointToProbe(nodes, isTls),
  };
}

function endpointToProbe(
  [first]: readonly Omit<ProbedEndpoint, 'isTls'>[],
  isTls: boolean,
): { readonly probed?: ProbedEndpoint } {
  return first ? { probed: { ...first, isTls } } : {};
}

function tlsOptions({ serverName, ...pem }: RedisTlsOptions): TlsOptions {
  return { minVersion: 'TLSv1.2', ...pem, ...(serverName && { servername: serverName }) };
}
