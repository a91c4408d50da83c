import { type Claim, claimKeys, excludeUnfit, firstUnfit } from '../src/model/claim.ts';
import type { ImageConfig } from '../src/model/image-config.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

/** How many containers could bind one port on addresses of their own; a binding on all addresses takes every one. */
const allAddresses = 65_536;

/** The host ports are free on the engine. Two protocols, or two addresses, do not collide. */
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
  const claims = new Map<string, Claim>();
  const add = (key: string, amount: number, limit: number) =>
    claims.set(key, { key, amount: (claims.get(key)?.amount ?? 0) + amount, limit });
  for (const binding of bind_ports) {
    // The engine chooses a free one, from a range that no request should name.
    if (!binding.port) continue;
    const key = claimKeys.port(binding.proto, binding.port);
    if (bindsAllAddresses(binding.host_ip)) {
      add(key, allAddresses, allAddresses);
    } else {
      add(key, 1, allAddresses - 1);
      add(claimKeys.portAt(binding.proto, binding.port, binding.host_ip), 1, 1);
    }
  }
  return [...claims.values()];
}

function bindsAllAddresses(hostIp: string | undefined): hostIp is undefined {
  return hostIp === undefined || hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::';
}

/** `port/tcp/6379/10.0.0.5` is `port tcp/6379 on 10.0.0.5`. */
function portName(key: string): string {
  const [, proto, number, address] = key.split('/');
  return `port ${proto}/${number}${address === undefined ? '' : ` on ${address}`}`;
}
