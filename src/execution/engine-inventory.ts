import { refreshVolumes } from '../engine-sync/refresh-volumes.ts';
import type { EngineRecord } from '../model/engine.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import type { EngineVolumes } from '../model/volume.ts';
import { oneForEach } from '../runtime/one-for-each.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import { withEngineTimeout } from '../state/with-engine-timeout.ts';

/** Concurrent requests share one query. */
const freshMs = 2_000;
const atOnce = 64;

/** The volumes and networks of an engine, by name. */
export interface EngineInventory {
  readonly volumes: ReadonlySet<string>;
  /** It is down, and has unknown volumes. */
  readonly hasOthers: boolean;
  readonly networks: ReadonlySet<string>;
  /** By name, the project of a volume with its label. */
  readonly volumeProjects: Readonly<Record<string, string>>;
  readonly listed: readonly Network[];
  /** Swarm networks. An engine does not list one in which it has no container. */
  readonly swarmNetworks: ReadonlySet<string>;
  /** The id of the network that only engines of the same swarm share; undefined: it is in no swarm. */
  readonly swarm: string | undefined;
}

/** Docker creates it with the swarm. */
const ofEverySwarm = 'ingress';

interface Kept extends Omit<EngineInventory, 'volumes' | 'volumeProjects' | 'hasOthers'> {
  readonly askedAtMs: number;
}

const nothing = {
  listed: [],
  networks: new Set<string>(),
  swarmNetworks: new Set<string>(),
  swarm: undefined,
} as const;

/**
 * The named volumes and networks of the engines, for containers that need them. Only such containers cause queries;
 * answers are reused for two seconds. For an unreachable engine, the last answer is used; its volumes are also in the
 * store, for servers that never had an answer.
 */
class EngineInventories {
  readonly #byEngine = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #names = new WeakMap<EngineVolumes, ReadonlySet<string>>();
  readonly #semaphore = new Semaphore(atOnce);

  async read(cluster: Cluster): Promise<ReadonlyMap<string, EngineInventory>> {
    await this.#askThose(cluster, (engine) => this.#isDue(cluster, engine));
    return new Map(cluster.cache.engines().map((engine) => [engine.id, this.#inventory(cluster, engine)]));
  }

  /** Possibly outdated; engines without an answer so far are queried. */
  async networks(cluster: Cluster): Promise<ReadonlyMap<string, readonly Network[]>> {
    await this.#askThose(cluster, ({ id, condition }) => condition === 'ok' && !this.#byEngine.has(id));
    return new Map([...this.#byEngine].map(([id, { listed }]) => [id, listed]));
  }

  async #askThose(cluster: Cluster, isDue: (engine: EngineRecord) => boolean): Promise<void> {
    const engines = cluster.cache.engines();
    const ids = new Set(engines.map(({ id }) => id));
    for (const id of this.#byEngine.keys()) if (!ids.has(id)) this.#byEngine.delete(id);
    await Promise.all(engines.filter(isDue).map((each) => this.#ask(cluster, each)));
  }

  #inventory({ cache }: Cluster, { id, condition }: EngineRecord): EngineInventory {
    const volumes = cache.engineVolumes.get(id)?.value;
    // It was seen by a server of an older release, which does not store volumes.
    const isUnknown = volumes === undefined && cache.observation(id).observedAt !== '';
    const hasOthers = condition === 'down' && (isUnknown || volumes?.isCut === true);
    const { projects: volumeProjects = {} } = volumes ?? {};
    return { ...(this.#byEngine.get(id) ?? nothing), volumes: this.#namesIn(volumes), volumeProjects, hasOthers };
  }

  #namesIn(volumes: EngineVolumes | undefined): ReadonlySet<string> {
    if (!volumes) return nothing.networks;
    const known = this.#names.get(volumes) ?? new Set(volumes.names);
    this.#names.set(volumes, known);
    return known;
  }

  /** Forces a new query. */
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

  async #askNow(cluster: Cluster, engine: EngineRecord): Promise<void> {
    const { pool, clock, logger } = cluster;
    const askedAtMs = clock.steadyMs();
    const client = pool.client(engine);
    try {
      const answers = Promise.all([client.listNetworks(), refreshVolumes(cluster, engine.id)]);
      const [networks] = await withEngineTimeout(answers, engine.id);
      const named = (isSwarm: boolean) =>
        new Set(networks.filter(({ scope }) => (scope === 'swarm') === isSwarm).map(({ name }) => name));
      this.#byEngine.set(engine.id, {
        ...{ networks: named(false), swarmNetworks: named(true), askedAtMs, listed: networks },
        swarm: networks.find(({ scope, name }) => scope === 'swarm' && name === ofEverySwarm)?.id,
      });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      logger.debug({ err: error, engineId: engine.id }, 'volumes and networks not listed');
    }
  }
}

const inventoriesOf = oneForEach<Cluster['cache'], EngineInventories>(() => new EngineInventories());

/** By engine. */
export function readInventories(cluster: Cluster): Promise<ReadonlyMap<string, EngineInventory>> {
  return inventoriesOf(cluster.cache).read(cluster);
}

/** By engine, as last reported. */
export function keptNetworks(cluster: Cluster): Promise<ReadonlyMap<string, readonly Network[]>> {
  return inventoriesOf(cluster.cache).networks(cluster);
}

/** Call it after creating or removing a volume or network on the engine. */
export function inventoryChanged({ cache }: Pick<Cluster, 'cache'>, engineId: string): void {
  inventoriesOf(cache).changed(engineId);
}
