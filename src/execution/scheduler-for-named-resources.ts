import { firstFew } from '../model/first-few.ts';
import { type ImageConfig, projectOf } from '../model/image-config.ts';
import { namedNetworks, namedVolumes } from '../model/image-needs.ts';
import type { Network } from '../model/network.ts';
import { projectLabel } from '../model/project.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { Cluster } from '../state/cluster.ts';
import { type EngineInventory, readInventories } from './engine-inventory.ts';

/** Limits the engines in a rejection. */
const maxNamed = 3;

interface Location {
  /** Such as `the volume data`. */
  readonly what: string;
  readonly engines: ReadonlySet<string>;
  /** All of them are down. */
  readonly isAway: boolean;
  /** It may be on one of them, or not exist. */
  readonly isDoubtful: boolean;
}

/**
 * For a container with named volumes or networks: a scheduler for this request that accepts the engines with all of
 * them. A name that no engine has excludes none: a volume is created on demand, and for a network the engine reports an
 * error. Undefined: no engine is excluded.
 */
export async function schedulerForNamedResources(cluster: Cluster, image: ImageConfig): Promise<Scheduler | undefined> {
  const [volumes, networks] = [namedVolumes(image), namedNetworks(image)];
  if (volumes.length + networks.length === 0) return undefined;
  const inventories = await readInventories(cluster);
  const locations = [
    ...volumes.map((name) => locationOf(cluster, `the volume ${name}`, withVolume(cluster, inventories, name))),
    ...networks.map((name) => locationOf(cluster, `the network ${name}`, withNetwork(inventories, name))),
  ].filter(({ engines }) => engines.size > 0);
  const others = ofOthers(inventories, { volumes, networks, project: projectOf(image) });
  return locations.length + others.size === 0 ? undefined : schedulerOf(locations, others);
}

interface NamedResources {
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  readonly project: string;
}

/** By engine, a volume or network there that has the label of another project. */
function ofOthers(
  inventories: ReadonlyMap<string, EngineInventory>,
  { volumes, networks, project }: NamedResources,
): ReadonlyMap<string, string> {
  const isOther = (owner: string | undefined) => owner !== undefined && owner !== project;
  const found = new Map<string, string>();
  for (const [id, { volumeProjects, listed }] of inventories) {
    const volume = volumes.find((name) => Object.hasOwn(volumeProjects, name) && isOther(volumeProjects[name]));
    const network = networks.find((named) =>
      networksNamed(listed, named).some(({ labels }) => isOther(labels[projectLabel])),
    );
    if (volume !== undefined) found.set(id, `the volume ${volume}`);
    else if (network !== undefined) found.set(id, `the network ${network}`);
  }
  return found;
}

/** Docker takes the beginning of an id for a name, where no network has that name. */
function networksNamed(networks: readonly Network[], named: string): readonly Network[] {
  const byName = networks.filter(({ name }) => name === named);
  return byName.length > 0 ? byName : networks.filter(({ id }) => id.startsWith(named));
}

interface Found {
  readonly engines: ReadonlySet<string>;
  readonly isDoubtful?: boolean;
}

function locationOf({ cache }: Cluster, what: string, { engines, isDoubtful = false }: Found): Location {
  const isAway = [...engines].every((id) => cache.hasEngine(id) && cache.engine(id).value.condition === 'down');
  return { what, engines, isAway, isDoubtful };
}

/**
 * Includes engines on which a container of Satsuma uses it, since it may be new. If it is unknown, engines that are
 * down with unknown volumes may have it: an empty volume elsewhere would replace it.
 */
function withVolume({ cache }: Cluster, inventories: ReadonlyMap<string, EngineInventory>, name: string): Found {
  const listed = having(inventories, (each) => each.volumes, name);
  if (listed.size > 0) return { engines: listed };
  const holders = cache.reservations().filter(({ image }) => namedVolumes(image).includes(name));
  if (holders.length > 0) return { engines: new Set(holders.map(({ engineId }) => engineId)) };
  const doubtful = [...inventories].filter(([, { hasOthers }]) => hasOthers).map(([id]) => id);
  return { engines: new Set(doubtful), isDoubtful: true };
}

/** A Swarm network is available on all engines of the swarm of an engine that lists it. */
function withNetwork(inventories: ReadonlyMap<string, EngineInventory>, name: string): Found {
  const swarms = new Set(
    [...inventories.values()].flatMap(({ swarmNetworks, swarm }) => (swarmNetworks.has(name) ? swarm : [])),
  );
  const members = [...inventories].filter(([, { swarm }]) => swarm !== undefined && swarms.has(swarm));
  const engines =
    members.length > 0 ? new Set(members.map(([id]) => id)) : having(inventories, (each) => each.networks, name);
  return { engines };
}

function having(
  inventories: ReadonlyMap<string, EngineInventory>,
  part: (inventory: EngineInventory) => ReadonlySet<string>,
  name: string,
): ReadonlySet<string> {
  return new Set([...inventories].filter(([, inventory]) => part(inventory).has(name)).map(([id]) => id));
}

function schedulerOf(locations: readonly Location[], others: ReadonlyMap<string, string>): Scheduler {
  return {
    name: 'named',
    description: 'the volumes and the networks that it names are on the engine, and of its project',
    prepare() {
      return ({ id }) => {
        const other = others.get(id);
        if (other !== undefined) return { code: 'other_project', message: `${other} there belongs to another project` };
        const missing = locations.find(({ engines }) => !engines.has(id));
        if (!missing) return undefined;
        return { code: 'other_engine', message: sentenceOf(missing) };
      };
    },
  };
}

function sentenceOf({ what, engines, isAway, isDoubtful }: Location): string {
  const where = firstFew([...engines], maxNamed);
  const away = isAway ? ', which is down' : '';
  return `it has ${what}, which ${isDoubtful ? 'may be' : 'is'} on engine ${where}${away}`;
}
