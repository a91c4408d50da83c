import { type PortBinding, type Protocol, protocols } from '../../model/image-config.ts';
import type { ParseProblems } from './parse-problems.ts';
import { portOf } from './shape.ts';

/** Docker's key of a container port: `80/tcp`. */
export function portKey({ proto, container_port }: Pick<PortBinding, 'proto' | 'container_port'>): string {
  return `${container_port}/${proto}`;
}

/** Throws InvalidResponse. */
export function readPortKey(key: string): Pick<PortBinding, 'proto' | 'container_port'> {
  const [port, proto] = key.split('/');
  return { proto: readProtocol(proto), container_port: portOf(Number(port || 'x'), 'a container port') };
}

export function readProtocol(word: string | undefined): Protocol {
  return protocols.find((proto) => proto === word) ?? 'tcp';
}

/**
 * Sorts and deduplicates bound ports. Docker binds all addresses once for IPv4 and once for IPv6, and reports both;
 * they count as one binding, shown as 0.0.0.0.
 */
export function deduplicatePorts(ports: readonly Required<PortBinding>[]): Required<PortBinding>[] {
  const isOnIpv4 = new Set(ports.filter(({ host_ip }) => host_ip === '0.0.0.0').map(placeOf));
  const byBinding = new Map(
    ports
      .filter((port) => port.host_ip !== '::' || !isOnIpv4.has(placeOf(port)))
      .map((port) => [`${placeOf(port)} ${port.host_ip}`, port]),
  );
  return [...byBinding.values()].sort(
    (a, b) =>
      a.container_port - b.container_port ||
      compare(a.proto, b.proto) ||
      a.port - b.port ||
      compare(a.host_ip, b.host_ip),
  );
}

/** The ledger's limit for one container. Docker starts a process per bound port, so few containers bind hundreds. */
const maximumBound = 4_096;

/** Truncates to the ledger's limit. */
export function boundedPorts<T>(ports: readonly T[], problems: ParseProblems): readonly T[] {
  if (ports.length <= maximumBound) return ports;
  problems.add(`it binds ${ports.length} ports, and ${maximumBound} of them are counted`);
  return ports.slice(0, maximumBound);
}

function placeOf({ proto, port, container_port }: Required<PortBinding>): string {
  return `${port} ${portKey({ proto, container_port })}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
