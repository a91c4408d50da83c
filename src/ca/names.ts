import { isIP } from 'node:net';
import { SatsumaError } from '../model/errors.ts';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Throws `invalid` unless `name` is valid as a folder's name and a certificate's. */
export function checkName(name: string): void {
  if (!namePattern.test(name)) {
    throw new SatsumaError(
      'invalid',
      `A certificate's name is 1 to 128 letters, digits, "_", "." or "-" and begins with a letter or digit, got ${JSON.stringify(name)}.`,
    );
  }
}

/**
 * The canonical spellings of the hosts, without duplicates. Throws `invalid` if one is neither an address nor a DNS
 * name.
 */
export function canonicalHosts(hosts: readonly string[]): string[] {
  if (hosts.length === 0) {
    throw new SatsumaError('invalid', 'An engine needs at least one host: the address or DNS name it is reached at.');
  }
  return [...new Set(hosts.map(canonicalHost))];
}

function canonicalHost(host: string): string {
  if (isIP(host) === 4) return host;
  const canonical = isIP(host) === 6 ? canonicalIpv6(host) : canonicalDnsName(host);
  if (canonical === undefined) {
    throw new SatsumaError(
      'invalid',
      `A host is an IP address or a DNS name, without scheme or port, got ${JSON.stringify(host)}.`,
    );
  }
  return canonical;
}

/**
 * The canonical spelling, as in certificates: `0:0:0:0:0:0:0:1` becomes `::1`. Undefined for an address with a zone.
 */
export function canonicalIpv6(address: string): string | undefined {
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

function canonicalDnsName(host: string): string | undefined {
  const name = host.toLowerCase();
  const labels = name.split('.');
  // A last label of digits is a mistyped IPv4 address (RFC 3696, section 2).
  const isAddressLike = /^[0-9]+$/.test(labels.at(-1) ?? '');
  const isName = name.length <= 253 && !isAddressLike && labels.every((label) => dnsLabel.test(label));
  return isName ? name : undefined;
}
