/** A Redis that Sentinels watch: whom to ask where its primary is now, and how to enter. */
export interface SentinelUrl {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** What the Sentinels call the primary. */
  readonly name: string;
  readonly username?: string;
  readonly password?: string;
  readonly sentinelPassword?: string;
  readonly db: number;
  /** How many replicas must have a change before it is acknowledged: 0 to 9. */
  readonly replicas: number;
}

export const sentinelForm =
  'redis+sentinel://[[USER]:PASSWORD@]HOST[:PORT][,HOST[:PORT]...]/NAME[/DATABASE][?replicas=COUNT&sentinel-password=PASSWORD]';

const form =
  /^redis\+sentinel:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^@/?#]+)\/(?<name>[a-zA-Z0-9._-]+)(?:\/(?<db>\d{0,9}))?(?:\?(?<query>[^#]*))?$/;
const hostForm = /^(?:\[(?<ipv6>[0-9a-fA-F:.]+)\]|(?<host>[a-zA-Z0-9._-]+))(?::(?<port>\d{1,5}))?$/;
const parameters = ['replicas', 'sentinel-password'];

export function isSentinelUrl(text: string): boolean {
  return text.startsWith('redis+sentinel:');
}

/** Nothing where `text` is not of the form. */
export function parseSentinelUrl(text: string): SentinelUrl | undefined {
  const { user, password, hosts = '', name, db, query } = form.exec(text)?.groups ?? {};
  if (name === undefined) return undefined;
  const sentinels = hosts.split(',').map(parseHost);
  const asked = new URLSearchParams(query);
  const replicas = asked.get('replicas') ?? '1';
  const sentinelPassword = asked.get('sentinel-password');
  const isKnown = [...asked.keys()].every((key) => parameters.includes(key) && asked.getAll(key).length === 1);
  if (!isKnown || !/^\d$/.test(replicas) || !sentinels.every((each) => each !== undefined)) return undefined;
  try {
    return {
      sentinels,
      name,
      ...(user && { username: decodeURIComponent(user) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(sentinelPassword && { sentinelPassword }),
      db: Number(db ?? 0),
      replicas: Number(replicas),
    };
  } catch {
    // A "%" that begins no escape.
    return undefined;
  }
}

/** The same address, to be shown: of the same form, without its secrets. */
export function describeSentinelUrl(url: SentinelUrl): string {
  const credentials = url.username || url.password ? '***@' : '';
  const hosts = url.sentinels.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  const secret = url.sentinelPassword ? '&sentinel-password=***' : '';
  return `redis+sentinel://${credentials}${hosts}/${url.name}/${url.db}?replicas=${url.replicas}${secret}`;
}

function parseHost(text: string): { readonly host: string; readonly port: number } | undefined {
  const { ipv6, host = ipv6, port = '26379' } = hostForm.exec(text)?.groups ?? {};
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  return host !== undefined && isPort ? { host, port: Number(port) } : undefined;
}
