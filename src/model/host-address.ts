import ipaddr from 'ipaddr.js';

/** IPv4 without leading zeros: most addresses by far, and each container and claim has some. */
const plainIpv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * The canonical spelling of an IP address: `0:0:0:0:0:0:0:1` becomes `::1`, and `::ffff:127.0.0.1` becomes `127.0.0.1`.
 * Other text is returned unchanged.
 */
export function canonicalAddress(address: string): string {
  if (address === '' || plainIpv4.test(address) || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : (parsed as ipaddr.IPv6).toRFC5952String();
}

/** Whether the address means all addresses, of both families or of one. Absent: all. */
export function isWildcard(address: string | undefined): boolean {
  return address === undefined || ['', '0.0.0.0', '::'].includes(canonicalAddress(address));
}

/** Whether one port cannot be bound on both: the addresses are equal, or one is the wildcard of the other's family. */
export function overlaps(a: string | undefined, b: string | undefined): boolean {
  if (!a || !b) return true;
  const [first, second] = [canonicalAddress(a), canonicalAddress(b)];
  if (first === second) return true;
  return isIpv6(first) === isIpv6(second) && (isWildcard(first) || isWildcard(second));
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** Whether other machines can reach the address: it is neither loopback nor link-local. */
export function isRemoteAddress(address: string): boolean {
  return ipaddr.isValid(address) && !['loopback', 'linkLocal', 'unspecified'].includes(ipaddr.process(address).range());
}

/** Formats HOST:PORT, with brackets around an IPv6 address. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number | string }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The network that counts as one client, for limits per client: an IPv4 address, or an IPv6 /64. Other text is returned
 * unchanged.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
