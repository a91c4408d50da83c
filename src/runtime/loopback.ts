import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
// Includes IPv4-mapped IPv6 addresses.
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a host is certainly this machine: a loopback address, with or without brackets, or the name `localhost`.
 * Other names are not resolved, and `127.example` is a name.
 */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(name);
  if (family === 0) return name.toLowerCase() === 'localhost';
  return loopback.check(name, family === 4 ? 'ipv4' : 'ipv6');
}
