import type { EngineRecord } from '../model/engine.ts';
import { isSatsumaError } from '../model/errors.ts';
import { isAnonymousVolume } from '../model/volume.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import { withEngineTimeout } from '../state/with-engine-timeout.ts';

/** Requests that come together ask once. */
const freshMs = 2_000;
const atOnce = 64;

/** What an engine has by name. */
export interface EngineInventory {
  readonly volumes: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  /** Of Docker's Swarm mode: an engine does not list one that none of its containers is in. */
  readonly swarmNetworks: ReadonlySet<string>;
  /** The id of the network that every engine of a swarm has, and no other; undefined: it is in none. */
  readonly swarm: string | undefined;
}

/** Docker makes it with the swarm. */
const ofEverySwarm = 'ingress';

interface Kept extends EngineInventory {
  readonly askedAtMs: number;
}

/**
 * The named volumes and the networks of the engines, for containers that need them. Only such a container has the engines asked, and
 * those that answered within two seconds are not asked again. One that does not answer has what it had when it last did.
 */
class EngineInventories {
  readonly #byEngine = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #semaphore = new Semaphore(atOnce);

  async read(cluster: Cluster): Promise<ReadonlyMap<string, EngineInventory>> {
    const engines = cluster.cache.engines();
    const ids = new Set(engines.map(({ id }) => id));
    for (const id of this.#byEngine.keys()) if (!ids.has(id)) this.#byEngine.delete(id);
    await Promise.all(engines.filter((engine) => this.#isDue(cluster, engine)).map((each) => this.#ask(cluster, each)));
    return this.#byEngine;
  }

  /** It is asked again, whenever it was asked. */
  changed(engineId: string): void {
    this.#byEngine.delete(engineId);
  }

  #isDue({ clock }: Cluster, { id, condition }: EngineRecord): boolean {
    const known = this.#byEngine.get(id);
    return condition === 'ok' && (known === undefined || clock.steadyMs() - known.askedAtMs > freshMs);
  }

  #ask(cluster: Cluster, engine: EngineRecord): Promise<void> {
    const asked = this.#asking.get(engine.id);
    if (asked) return asked;
    const asking = this.#semaphore
      .run(() => this.#askNow(cluster, engine))
      .finally(() => this.#asking.delete(engine.id));
    this.#asking.set(engine.id, asking);
    return asking;
  }

  async #askNow({ pool, clock, logger }: Cluster, engine: EngineRecord): Promise<void> {
    const askedAtMs = clock.steadyMs();
    const client = pool.client(engine);
    try {
      const answers = Promise.all([client.listVolumes(), client.listNetworks()]);
      const [volumes, networks] = await withEngineTimeout(answers, engine.id);
      const named = (isSwarm: boolean) =>
        new Set(networks.filter(({ scope }) => (scope === 'swarm') === isSwarm).map(({ name }) => name));
      this.#byEngine.set(engine.id, {
        volumes: new Set(volumes.map(({ name }) => name).filter((name) => !isAnonymousVolume(name))),
        ...{ networks: named(false), swarmNetworks: named(true), askedAtMs },
        swarm: networks.find(({ scope, name }) => scope === 'swarm' && name === ofEverySwarm)?.id,
      });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      logger.debug({ err: error, engineId: engine.id }, 'volumes and networks not listed');
    }
  }
}

const inventories = new WeakMap<Cluster['cache'], EngineInventories>();

/** By engine; without those that never answered. */
export function readInventories(cluster: Cluster): Promise<ReadonlyMap<string, EngineInventory>> {
  const known = inventories.get(cluster.cache) ?? new EngineInventories();
  inventories.set(cluster.cache, known);
  return known.read(cluster);
}

/** This server has made or removed a volume or a network there. */
export function inventoryChanged({ cache }: Pick<Cluster, 'cache'>, engineId: string): void {
  inventories.get(cache)?.changed(engineId);
}
