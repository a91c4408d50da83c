import { isIP } from 'node:net';
import { posix } from 'node:path';
import { SatsumaError } from '../model/errors.ts';

type EngineAddress =
  | { readonly kind: 'tls'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

const defaultPort = 2376;
/** The size of sun_path, without the terminating zero. */
const maximumSocketPath = 107;
const hostLabel = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * `https://host[:port]` and `tcp://host[:port]` (both TLS), or `unix:///path`. Throws `invalid` without quoting the
 * address, which may contain credentials.
 */
export function parseEngineAddress(addr: string): EngineAddress {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(addr) ?? [];
  if (rest.includes('@')) throw invalid('carries no credentials: engines know Satsuma by its certificate');
  if (/[?#]/.test(rest)) throw invalid('has no query and no fragment');
  switch (scheme.toLowerCase()) {
    case 'https':
    case 'tcp':
      return parseHostAndPort(rest);
    case 'unix':
      return parseSocketPath(rest);
    case 'ssh':
      throw invalid('begins with https://, tcp:// or unix://: ssh:// is not supported');
    default:
      throw invalid(`begins with https://, tcp:// or unix://, not with ${scheme ? `${scheme}://` : 'anything else'}`);
  }
}

/** The canonical spelling: `tcp://h:2376`, `https://h` and `https://H:2376/` are the same engine. Throws `invalid`. */
export function canonicalAddress(addr: string): string {
  const address = parseEngineAddress(addr);
  if (address.kind === 'unix') return `unix://${address.path}`;
  const host = isIP(address.host) === 6 ? `[${address.host}]` : address.host;
  return `https://${host}:${address.port}`;
}

function parseHostAndPort(rest: string): EngineAddress {
  const [, hostAndPort = '', path = ''] = /^([^/]*)\/?(.*)$/s.exec(rest) ?? [];
  if (path) throw invalid('ends after the port: a path is not supported');
  const [, bracketed, plain = '', port] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/s.exec(hostAndPort) ?? [];
  return { kind: 'tls', host: bracketed === undefined ? hostName(plain) : ipv6(bracketed), port: portNumber(port) };
}

function hostName(text: string): string {
  const host = text.toLowerCase();
  if (isIP(host) === 4) return host;
  const labels = host.split('.');
  // A last label of digits is a mistyped IPv4 address (RFC 3696, section 2).
  const isAddressLike = /^[0-9]+$/.test(labels.at(-1) ?? '');
  if (isAddressLike || host.length > 253 || !labels.every((label) => hostLabel.test(label))) {
    throw invalid('names a host: a DNS name, an IPv4 address, or an IPv6 address in brackets');
  }
  return host;
}

function ipv6(text: string): string {
  // A zone (fe80::1%eth0) is local to one machine, and no certificate can contain it.
  if (isIP(text) !== 6 || text.includes('%')) throw invalid('has an IPv6 address, without a zone, in its brackets');
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function portNumber(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw invalid('has a port from 1 to 65535');
  return port;
}

function parseSocketPath(path: string): EngineAddress {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (!/^\/[^\u0000-\u001f]+$/.test(path))
    throw invalid('names a socket by its absolute path, as unix:///run/docker.sock');
  const normal = posix.normalize(path);
  if (Buffer.byteLength(normal) > maximumSocketPath) {
    throw invalid(`names a socket by a path of at most ${maximumSocketPath} bytes`);
  }
  return { kind: 'unix', path: normal };
}

function invalid(rule: string): SatsumaError {
  return new SatsumaError('invalid', `an engine's address ${rule}`);
}
