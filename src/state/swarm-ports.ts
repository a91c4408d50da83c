import { isDeepStrictEqual } from 'node:util';
import { allAddresses, claimKeys } from '../model/claim.ts';
import type { ClaimHolder } from '../model/engine-snapshot.ts';
import type { SwarmView } from '../model/swarm.ts';

/**
 * Ports that Swarm mode binds on every node, as reported by registered managers. A worker cannot list services: it only
 * names its managers, and its ports are unknown unless one of them is registered.
 */
export class SwarmPorts {
  readonly #byEngine = new Map<string, SwarmView>();

  /** Returns the engines whose ports may have changed. */
  put(engineId: string, view: SwarmView | undefined): readonly string[] {
    const before = this.#byEngine.get(engineId);
    if (isDeepStrictEqual(before, view)) return [];
    if (view) this.#byEngine.set(engineId, view);
    else this.#byEngine.delete(engineId);
    const nodes = new Set([before?.node, view?.node]);
    const others = [...this.#byEngine].filter(([, { managers }]) => managers.some((each) => nodes.has(each)));
    return [...new Set([engineId, ...others.map(([id]) => id)])];
  }

  /** The services that hold them, as claim holders. */
  holdersOn(engineId: string): readonly ClaimHolder[] {
    const view = this.#byEngine.get(engineId);
    if (!view) return [];
    const managers = [...this.#byEngine.values()].filter(({ node }) => view.managers.includes(node));
    const services = new Map<string, Set<string>>();
    for (const { proto, port, service } of managers.flatMap(({ ingress = [] }) => ingress)) {
      services.set(service, (services.get(service) ?? new Set()).add(claimKeys.port(proto, port)));
    }
    return [...services].map(([service, keys]) => ({
      name: `swarm service ${service}`,
      claims: Array.from(keys, (key) => ({ key, amount: allAddresses, limit: null })),
    }));
  }
}
