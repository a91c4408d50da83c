import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { hostLookup, type Lookup } from './host-lookup.ts';

/** Addresses that webhooks may not call: loopback, link-local, and cloud metadata. */
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
  // `::`, `::1`, and deprecated IPv4-compatible addresses.
  ['::', 96],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  // AWS, Google.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // Tunnels, whose embedded IPv4 address is not checked.
  ['2002::', 16],
  ['2001::', 32],
] as const;

const closed = new BlockList();
for (const [address, prefix] of closedV4) {
  closed.addSubnet(address, prefix, 'ipv4');
  // The same through NAT64.
  closed.addSubnet(`64:ff9b::${address}`, 96 + prefix, 'ipv6');
}
for (const [address, prefix] of closedV6) closed.addSubnet(address, prefix, 'ipv6');

/** Decides which addresses may be called. */
export interface AddressGuard {
  isOpen(address: string): boolean;
  /** A lookup for connections that fails for closed addresses. */
  readonly lookup: LookupFunction;
}

/** `allowed`: addresses and networks like `10.0.0.0/8` that are exempt. */
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
        // The checked address is the one that is connected to.
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

/** A refused address. */
export class ClosedAddress extends Error {
  constructor(address: string) {
    super(`${address} is an address of this machine, its link or a cloud, and not in webhook-allow`);
    this.name = 'ClosedAddress';
  }
}
