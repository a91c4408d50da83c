import { allAddresses, type Claim, claimKeys, firstUnfit } from '../src/model/claim.ts';
import { excludeUnfit } from '../src/model/exclude-unfit.ts';
import { canonicalAddress, isWildcard, overlaps } from '../src/model/host-address.ts';
import type { ImageConfig, PortBinding } from '../src/model/image-config.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

/** Requires free host ports. Different protocols or addresses do not conflict. */
export const port: Scheduler = {
  name: 'port',
  description: 'the host ports are free, by protocol and address',
  prepare(image) {
    const claims = portClaims(image);
    if (claims.length === 0) return undefined;
    return (engine) => {
      const unfit = firstUnfit(claims, engine.sums);
      if (unfit === undefined) return undefined;
      return { code: 'port_taken', message: `${portName(unfit.key)} is taken`, key: unfit.key };
    };
  },
  exclude(image, fleet, rows) {
    excludeUnfit(portClaims(image), fleet, rows);
  },
  claims: portClaims,
};

function portClaims({ bind_ports = [] }: ImageConfig): Claim[] {
  const byPort = new Map<string, PortBinding[]>();
  for (const binding of bind_ports) {
    // The engine chooses a free port, which is claimed once it is known.
    if (!binding.port) continue;
    const key = claimKeys.port(binding.proto, binding.port);
    byPort.set(key, [...(byPort.get(key) ?? []), binding]);
  }
  return [...byPort].flatMap(([key, bindings]) => claimsOfOne(key, bindings));
}

/**
 * All IPv4 addresses count as all addresses, and so do all IPv6 addresses: one container may bind both, but two
 * containers cannot share a port that one of them binds on all addresses. Overlapping bindings of one container never
 * fit.
 */
function claimsOfOne(key: string, bindings: readonly PortBinding[]): Claim[] {
  const addresses = bindings.map(({ host_ip }) => host_ip);
  if (addresses.some(isWildcard)) {
    const isDouble = addresses.some((each, index) => addresses.slice(0, index).some((other) => overlaps(each, other)));
    return [{ key, amount: isDouble ? 2 * allAddresses : allAddresses, limit: allAddresses }];
  }
  const counts = new Map<string, number>();
  for (const address of addresses) {
    const canonical = canonicalAddress(address ?? '');
    counts.set(canonical, (counts.get(canonical) ?? 0) + 1);
  }
  return [
    { key, amount: addresses.length, limit: allAddresses - 1 },
    ...[...counts].map(([address, amount]) => ({ key: claimKeys.portAt(key, address), amount, limit: 1 })),
  ];
}

/** Formats a claim key: `port/tcp/6379/10.0.0.5` becomes `port tcp/6379 on 10.0.0.5`. */
function portName(key: string): string {
  const [, proto, number, address] = key.split('/');
  return `port ${proto}/${number}${address === undefined ? '' : ` on ${address}`}`;
}
