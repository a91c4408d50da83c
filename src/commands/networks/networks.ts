import { inventoryChanged, keptNetworks } from '../../execution/engine-inventory.ts';
import { reportInventoryChange } from '../../execution/report-inventory-change.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { namedNetworks } from '../../model/image-needs.ts';
import {
  isPredefinedNetwork,
  type Network,
  type NetworkDetail,
  type NetworkEndpoint,
  type NetworkSpec,
} from '../../model/network.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineFailure } from '../../state/containers/ask-engines.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { nameInError } from '../containers/name-in-error.ts';
import { askEach, chooseEngines, type EngineChoice } from '../each-engine.ts';
import { CurrentUsers } from '../image-configs-in-use.ts';
import { type Pruned, pruneOnEngines } from '../prune-on-engines.ts';
import { byName, named, reservedBy, type VolumeFilter } from '../volumes/volumes.ts';
import { refuseSecond } from './refuse-second.ts';

export interface NetworkOnEngine extends Network {
  readonly engineId: string;
}

/** The networks of all engines or of one, requested now; sorted by name, then by engine. Throws `no_such_engine`. */
export async function listNetworks(
  cluster: Cluster,
  { engine, name }: VolumeFilter,
): Promise<{ readonly networks: readonly NetworkOnEngine[]; readonly errors: readonly EngineFailure[] }> {
  const engines = await chooseEngines(cluster, { engines: engine === undefined ? undefined : [engine] });
  const { answers, errors } = await askEach(cluster, engines, (each) =>
    withEngineTimeout(cluster.pool.client(each).listNetworks(), each.id),
  );
  const networks = answers.flatMap(({ engine: { id }, value }) => rowsOf(value, id, name));
  return { networks: networks.sort(byName), errors };
}

/** The networks as engines last reported them to this server. Throws `no_such_engine`. */
export async function listKeptNetworks(
  cluster: Cluster,
  { engine, name }: VolumeFilter,
): ReturnType<typeof listNetworks> {
  const engines = await chooseEngines(cluster, { engines: engine === undefined ? undefined : [engine] });
  const kept = await keptNetworks(cluster);
  const networks = engines.flatMap(({ id }) => rowsOf(kept.get(id) ?? [], id, name));
  return { networks: networks.sort(byName), errors: [] };
}

function rowsOf(networks: readonly Network[], engineId: string, name: string | undefined): NetworkOnEngine[] {
  return networks
    .filter((network) => name === undefined || network.name === name)
    .map((network) => ({ ...network, engineId }));
}

/** Throws `no_such_engine`, `no_such_network`. */
export async function inspectNetwork(
  { cache, pool }: Cluster,
  engineId: string,
  reference: string,
): Promise<NetworkDetail & { readonly engineId: string }> {
  return { ...(await pool.client(cache.engine(engineId).value).inspectNetwork(reference)), engineId };
}

/** Throws `no_such_engine`, `name_taken`, `invalid`. */
export async function createNetwork(cluster: Cluster, engineId: string, spec: NetworkSpec): Promise<NetworkOnEngine> {
  const { cache, pool, logger } = cluster;
  const client = pool.client(cache.engine(engineId).value);
  const network = await client.createNetwork(spec);
  inventoryChanged(cluster, engineId);
  await refuseSecond(client, network);
  logger.info({ engineId, network: network.name }, 'network created');
  const { name, driver } = network;
  await reportInventoryChange(cluster, {
    kind: 'network',
    action: 'create',
    name,
    engine: engineId,
    attributes: { driver },
  });
  return { ...network, engineId };
}

/** `known`: the name, if the reference is an id. Throws `no_such_engine`, `no_such_network`, `network_in_use`. */
export async function removeNetwork(
  cluster: Cluster,
  engineId: string,
  reference: string,
  known?: string,
): Promise<void> {
  const { cache, pool, logger } = cluster;
  const engine = cache.engine(engineId).value;
  const name = known ?? (await nameOf(cluster, engine, reference));
  await pool.client(engine).removeNetwork(reference);
  inventoryChanged(cluster, engineId);
  logger.info({ engineId, network: name }, 'network removed');
  await reportInventoryChange(cluster, { kind: 'network', action: 'remove', name, engine: engineId });
}

interface Membership {
  readonly engineId: string;
  /** A name or an id. */
  readonly network: string;
  readonly container: string;
}

/** Throws what `findContainer` throws, `no_such_network`, `wrong_state`, `invalid`. */
export async function connectNetwork(
  cluster: Cluster,
  { engineId, network, container: reference }: Membership,
  endpoint: NetworkEndpoint,
): Promise<void> {
  const { engine, container } = await findContainer(cluster, reference, engineId);
  const name = await nameOf(cluster, engine, network);
  await cluster.pool.client(engine).connectNetwork(network, container.id, endpoint).catch(nameInError(container));
  await emitMember(cluster, 'connect', { engineId: engine.id, network: name, container: container.name });
}

/**
 * Throws as `connectNetwork`. With force, also removes the endpoint of a container that is gone, which holds an address
 * and blocks the network's removal.
 */
export async function disconnectNetwork(
  cluster: Cluster,
  { engineId, network, container: reference }: Membership,
  options: { readonly isForced: boolean },
): Promise<void> {
  const { engine, container } = await findMember(cluster, { engineId, reference }, options);
  const name = await nameOf(cluster, engine, network);
  await cluster.pool.client(engine).disconnectNetwork(network, container.id, options).catch(nameInError(container));
  await emitMember(cluster, 'disconnect', { engineId: engine.id, network: name, container: container.name });
}

async function findMember(
  cluster: Cluster,
  { engineId, reference }: { readonly engineId: string; readonly reference: string },
  { isForced }: { readonly isForced: boolean },
): Promise<{ readonly engine: EngineRecord; readonly container: { readonly id: string; readonly name: string } }> {
  try {
    return await findContainer(cluster, reference, engineId);
  } catch (error) {
    if (!isForced || !isSatsumaError(error, 'no_such_container')) throw error;
    return { engine: cluster.cache.engine(engineId).value, container: { id: reference, name: reference } };
  }
}

/** Resolves an id, because events name networks. If the engine does not answer, the reference is used as the name. */
async function nameOf({ pool }: Cluster, engine: EngineRecord, reference: string): Promise<string> {
  if (!/^[0-9a-f]+$/.test(reference)) return reference;
  try {
    return (await pool.client(engine).inspectNetwork(reference)).name;
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return reference;
  }
}

async function emitMember(
  cluster: Cluster,
  action: 'connect' | 'disconnect',
  { engineId: engine, network: name, container }: Membership,
): Promise<void> {
  await reportInventoryChange(cluster, { kind: 'network', action, name, engine, attributes: { container } });
}

interface PruneNetworksOptions extends EngineChoice {
  readonly isDryRun: boolean;
  /** Only these; left out: all. */
  readonly isSelected?: (network: Network) => boolean;
}

/**
 * Removes networks that no container is in, running or not, and that no service, job or saved image config uses.
 * Networks of Docker's Swarm mode stay. Throws `no_such_engine`, `store_unavailable`.
 */
export async function pruneNetworks(
  cluster: Cluster,
  { isSelected = () => true, ...options }: PruneNetworksOptions,
): Promise<Pruned<Network>> {
  const users = new CurrentUsers(cluster, namedNetworks);
  await users.current();
  return await pruneOnEngines<Network>(cluster, {
    ...options,
    survey: async (engine) => {
      const client = cluster.pool.client(engine);
      const networks = await client.listNetworks();
      return {
        candidates: networks.filter(
          (network) => network.scope === 'local' && !isPredefinedNetwork(network.name) && isSelected(network),
        ),
        reasonToKeep: async ({ id, name }) => {
          const [first] = await client.listUsers({ network: id });
          if (first !== undefined) return `container ${first} is in it`;
          const reason = named(await users.current(), name);
          return reason ?? reservedBy(cluster, engine.id, (image) => namedNetworks(image).includes(name));
        },
      };
    },
    remove: ({ id: engineId }, { id, name }) => removeNetwork(cluster, engineId, id, name),
    goneCode: 'no_such_network',
    inUseCode: 'network_in_use',
  });
}
