import ipaddr from 'ipaddr.js';

/**
 * The one way to write an IP address: `0:0:0:0:0:0:0:1` is `::1`, and `::ffff:127.0.0.1` is `127.0.0.1`. A text that is
 * no address stays as it is.
 */
export function canonicalAddress(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : (parsed as ipaddr.IPv6).toRFC5952String();
}

/** All addresses, or all of one family. Left out, it is all of both. */
export function isWildcard(address: string | undefined): boolean {
  return address === undefined || ['', '0.0.0.0', '::'].includes(canonicalAddress(address));
}

/** One container cannot bind one port on both: the same address, or all addresses of a family and one of them. */
export function overlaps(a: string | undefined, b: string | undefined): boolean {
  if (!a || !b) return true;
  const [first, second] = [canonicalAddress(a), canonicalAddress(b)];
  if (first === second) return true;
  return isIpv6(first) === isIpv6(second) && (isWildcard(first) || isWildcard(second));
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** Whether other machines can reach it: not the machine's own, and not that of its link alone. */
export function isOfOthers(address: string): boolean {
  return ipaddr.isValid(address) && !['loopback', 'linkLocal', 'unspecified'].includes(ipaddr.process(address).range());
}

/** HOST:PORT; an address of IPv6 is in brackets. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number | string }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** All addresses that are one client's, for who counts by client: an address of IPv4, and a /64 of IPv6. Any other text stays as it is. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
