import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
// Addresses of IPv4 that are written as ones of IPv6 are among them.
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a host is this machine itself for certain: an address, in the brackets of a URL or without, or a name. No name but
 * `localhost` is: others are not resolved, and `127.example` is a name.
 */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(name);
  if (family === 0) return name.toLowerCase() === 'localhost';
  return loopback.check(name, family === 4 ? 'ipv4' : 'ipv6');
}
