import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { hostLookup, type Lookup } from './host-lookup.ts';

/** Whom a webhook calls nothing of: this machine, its link, and what clouds tell about themselves. */
const closedV4 = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  // Alibaba, Azure, Oracle.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const closedV6 = [
  // `::`, `::1`, and IPv4 as IPv6 of old.
  ['::', 96],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  // AWS, Google.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // Tunnels, whose end is an IPv4 address that nobody looks at.
  ['2002::', 16],
  ['2001::', 32],
] as const;

const closed = new BlockList();
for (const [address, prefix] of closedV4) {
  closed.addSubnet(address, prefix, 'ipv4');
  // The same behind NAT64.
  closed.addSubnet(`64:ff9b::${address}`, 96 + prefix, 'ipv6');
}
for (const [address, prefix] of closedV6) closed.addSubnet(address, prefix, 'ipv6');

/** Which addresses may be called. */
export interface AddressGuard {
  isOpen(address: string): boolean;
  /** For a connection: an address that may not be called is not connected to, whatever name it has. */
  readonly lookup: LookupFunction;
}

/** `allowed`: addresses and networks like `10.0.0.0/8` that may be called all the same. */
export function addressGuard(allowed: readonly string[], lookup: Lookup = hostLookup()): AddressGuard {
  const open = new BlockList();
  for (const each of allowed) {
    const [address = '', prefix] = each.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) open.addAddress(address, family);
    else open.addSubnet(address, Number(prefix), family);
  }
  const isOpen = (address: string): boolean => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return isIP(address) !== 0 && (open.check(address, family) || !closed.check(address, family));
  };
  return {
    isOpen,
    lookup: (hostname, options, callback) => {
      const answer = (found: readonly LookupAddress[]) => {
        // What is checked here is what is connected to.
        const refused = found.find(({ address }) => !isOpen(address));
        if (refused) return callback(new ClosedAddress(refused.address), []);
        if (options.all) return callback(null, [...found]);
        const [first] = found;
        if (first) callback(null, first.address, first.family);
        else callback(new Error(`${hostname} has no address`), []);
      };
      lookup(hostname).then(answer, (error: NodeJS.ErrnoException) => callback(error, []));
    },
  };
}

/** An address that is not called. */
export class ClosedAddress extends Error {
  constructor(address: string) {
    super(`${address} is an address of this machine, its link or a cloud, and not in webhook-allow`);
    this.name = 'ClosedAddress';
  }
}
