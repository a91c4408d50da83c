import { createHash } from 'node:crypto';
import { assignedPorts, type DeploymentRecord } from '../../model/deployment.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * Gives each port of a service a number that no other port of a deployment has, and keeps it. Where it begins to look follows from the
 * names, so that two servers that assign at the same moment hardly choose the same; the ledger has the last word on every engine.
 */
export class PortAssigner {
  readonly #taken: Set<number>;
  readonly #deployment: string;
  readonly #ports: Record<string, Record<string, number>>;

  constructor({ cache }: Pick<Cluster, 'cache'>, deployment: string, { ports }: Pick<DeploymentRecord, 'ports'>) {
    this.#deployment = deployment;
    this.#ports = Object.fromEntries(Object.entries(ports).map(([service, each]) => [service, { ...each }]));
    const assigned = cache.deployments
      .all()
      .flatMap(({ value }) => Object.values(value.ports).flatMap((each) => Object.values(each)));
    const bound = cache.services
      .all()
      .flatMap(({ value }) => (value.spec.image.bind_ports ?? []).map(({ port }) => port ?? 0));
    this.#taken = new Set([...assigned, ...bound]);
  }

  /** All that were assigned so far. */
  get ports(): DeploymentRecord['ports'] {
    return this.#ports;
  }

  /** Throws `invalid` where none is left. */
  portOf(service: string, port: string): number {
    const own = this.#ports[service] ?? {};
    this.#ports[service] = own;
    own[port] ??= this.#free(`${this.#deployment}/${service}/${port}`);
    return own[port];
  }

  #free(name: string): number {
    const { first, last } = assignedPorts;
    const count = last - first + 1;
    const start = createHash('sha256').update(name).digest().readUInt32BE(0) % count;
    for (let at = 0; at < count; at++) {
      const port = first + ((start + at) % count);
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      return port;
    }
    throw new SatsumaError('invalid', `all ports from ${first} to ${last} are assigned: remove a deployment first`);
  }
}
