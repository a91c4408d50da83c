import { hostAndPort } from './host-address.ts';

/** A Redis address with its credentials. */
export type RedisUrl =
  /** `url` is passed to the client library: `redis://` or `rediss://`. */
  | { readonly kind: 'server'; readonly isTls: boolean; readonly url: string }
  | (RedisLogin & { readonly kind: 'socket'; readonly isTls: false; readonly path: string })
  | SentinelUrl
  | ClusterUrl;

interface RedisLogin {
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
}

interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** A Redis behind Sentinels, which know the current primary. */
export interface SentinelUrl extends RedisLogin {
  readonly kind: 'sentinel';
  /** For connections to the Sentinels and to Redis. */
  readonly isTls: boolean;
  readonly sentinels: readonly RedisNode[];
  /** The Sentinels' name of the primary. */
  readonly name: string;
  readonly sentinelPassword?: string;
  /** How many replicas must confirm a write before it is acknowledged: 0 to 9. */
  readonly replicas: number;
}

/** A Redis Cluster, with some of its nodes for discovery. */
export interface ClusterUrl extends RedisLogin {
  readonly kind: 'cluster';
  readonly isTls: boolean;
  readonly nodes: readonly RedisNode[];
  /** As with Sentinels. */
  readonly replicas: number;
}

const credentials = '[[USER]:PASSWORD@]';
const hosts = 'HOST[:PORT][,HOST[:PORT]...]';
const forms = {
  server: `redis://${credentials}HOST[:PORT][/DATABASE], rediss:// for TLS`,
  socket: `redis+unix://${credentials}/PATH/OF/SOCKET[?db=DATABASE]`,
  sentinel: `redis+sentinel://${credentials}${hosts}/NAME[/DATABASE][?replicas=COUNT&sentinel-password=PASSWORD], rediss+sentinel:// for TLS`,
  cluster: `redis+cluster://${credentials}${hosts}[?replicas=COUNT], rediss+cluster:// for TLS`,
};

const shape =
  /^redis(?<tls>s)?(?:\+(?<kind>unix|sentinel|cluster))?:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^@/?#]*)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;
const hostForm = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<host>[a-zA-Z0-9._-]+))(?::(?<port>\d{1,5}))?$/;
const sentinelPath = /^\/(?<name>[a-zA-Z0-9._-]+)(?:\/(?<db>\d{0,9}))?$/;

/** Returns undefined if `text` has none of the supported forms. */
export function parseRedisUrl(text: string): RedisUrl | undefined {
  const { tls, kind, user, password, hosts: hostList, path = '', query } = shape.exec(text)?.groups ?? {};
  if (hostList === undefined) return undefined;
  const isTls = tls !== undefined;
  const asked = new URLSearchParams(query);
  try {
    const login = {
      ...(user && { username: decodeURIComponent(user) }),
      ...(password && { password: decodeURIComponent(password) }),
    };
    if (kind === undefined) return isServer(text) ? { kind: 'server', isTls, url: text } : undefined;
    if (kind === 'unix') return isTls ? undefined : socketUrl(hostList, path, asked, login);
    const nodes = nodesOf(hostList, kind === 'sentinel' ? '26379' : '6379');
    if (!nodes) return undefined;
    if (kind === 'cluster') return clusterUrl(nodes, path, asked, { isTls, ...login });
    return sentinelUrl(nodes, path, asked, { isTls, ...login });
  } catch {
    // A "%" without a valid escape.
    return undefined;
  }
}

type GivenLogin = Omit<RedisLogin, 'db'>;

function isServer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.hostname !== '' && /^(\/\d*)?$/.test(url.pathname);
}

function socketUrl(host: string, path: string, asked: URLSearchParams, login: GivenLogin): RedisUrl | undefined {
  const db = asked.get('db') ?? '0';
  if (host !== '' || path.length < 2 || !/^\d{1,9}$/.test(db) || !hasOnly(asked, 'db')) return undefined;
  return { kind: 'socket', isTls: false, path: decodeURIComponent(path), db: Number(db), ...login };
}

function clusterUrl(
  nodes: readonly RedisNode[],
  path: string,
  asked: URLSearchParams,
  given: GivenLogin & { readonly isTls: boolean },
): RedisUrl | undefined {
  const replicas = asked.get('replicas') ?? '0';
  // A Cluster only has database 0.
  if (!/^\/?0?$/.test(path) || !/^\d$/.test(replicas) || !hasOnly(asked, 'replicas')) return undefined;
  return { kind: 'cluster', nodes, db: 0, replicas: Number(replicas), ...given };
}

function sentinelUrl(
  sentinels: readonly RedisNode[],
  path: string,
  asked: URLSearchParams,
  given: GivenLogin & { readonly isTls: boolean },
): RedisUrl | undefined {
  const { name, db = '0' } = sentinelPath.exec(path)?.groups ?? {};
  const replicas = asked.get('replicas') ?? '1';
  const secret = asked.get('sentinel-password');
  if (name === undefined || !/^\d$/.test(replicas) || !hasOnly(asked, 'replicas', 'sentinel-password'))
    return undefined;
  const sentinelPassword = secret ? { sentinelPassword: secret } : {};
  return {
    kind: 'sentinel',
    sentinels,
    name,
    db: Number(db),
    replicas: Number(replicas),
    ...given,
    ...sentinelPassword,
  };
}

function hasOnly(asked: URLSearchParams, ...known: readonly string[]): boolean {
  return [...asked.keys()].every((key) => known.includes(key) && asked.getAll(key).length === 1);
}

function nodesOf(text: string, defaultPort: string): RedisNode[] | undefined {
  const nodes = text.split(',').flatMap((each) => {
    const { ipv6, host = ipv6, port = defaultPort } = hostForm.exec(each)?.groups ?? {};
    const isPort = Number(port) >= 1 && Number(port) <= 65_535;
    return host !== undefined && isPort ? [{ host, port: Number(port) }] : [];
  });
  return nodes.length === text.split(',').length ? nodes : undefined;
}

/**
 * The expected form, for an error message about an invalid URL. Lists the characters of a password that need escaping,
 * and never shows the password.
 */
export function redisUrlExpectation(text: string): string {
  const kind = /^rediss?\+(unix|sentinel|cluster):/.exec(text)?.[1];
  const form =
    kind === undefined
      ? Object.values(forms).join(', or ')
      : forms[kind === 'unix' ? 'socket' : (kind as 'sentinel' | 'cluster')];
  const secret = /^[a-z+]+:\/\/([^:@]*:)?(.*)@/s.exec(text)?.[2] ?? '';
  const escapes = [...new Set(secret.match(/[@:/?#]|%(?![0-9a-fA-F]{2})/g) ?? [])].sort();
  const remedies = escapes.map((each) => `"${each}" as ${encodeURIComponent(each)}`);
  const encoded =
    remedies.length > 0
      ? `with ${remedies.join(', ')} in the user and the password`
      : 'with what is special in a password percent-encoded';
  return `${form}, ${encoded}`;
}

/** The URL without secrets, for display. Removes the query of a server URL too, since it may contain a password. */
export function describeRedisUrl(text: string): string {
  const url = parseRedisUrl(text);
  if (url === undefined) return '***';
  if (url.kind === 'server') {
    const { protocol, username, password, host, pathname, search } = new URL(text);
    return `${protocol}//${username || password ? '***@' : ''}${host}${pathname}${search ? '?***' : ''}`;
  }
  const login = url.username || url.password ? '***@' : '';
  if (url.kind === 'socket') return `redis+unix://${login}${encodeURI(url.path)}?db=${url.db}`;
  const scheme = `redis${url.isTls ? 's' : ''}+${url.kind}://${login}`;
  if (url.kind === 'cluster') return `${scheme}${nodeList(url.nodes)}?replicas=${url.replicas}`;
  const secret = url.sentinelPassword ? '&sentinel-password=***' : '';
  return `${scheme}${nodeList(url.sentinels)}/${url.name}/${url.db}?replicas=${url.replicas}${secret}`;
}

/** Whether the URL contains a password. */
export function hasPassword(text: string): boolean {
  const url = parseRedisUrl(text);
  if (url?.kind === 'server') return new URL(text).password !== '' || new URL(text).searchParams.has('password');
  return url?.password !== undefined || (url?.kind === 'sentinel' && url.sentinelPassword !== undefined);
}

function nodeList(nodes: readonly RedisNode[]): string {
  return nodes.map(hostAndPort).join();
}
