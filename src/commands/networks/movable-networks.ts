import { inventoryChanged, keptNetworks } from '../../execution/engine-inventory.ts';
import { placeNow, schedulersOf } from '../../execution/place-now.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { attachmentsOf, type ImageConfig } from '../../model/image-config.ts';
import { namedNetworks } from '../../model/image-needs.ts';
import { isMovable, knownIdOf, movedFrom, type Network, type NetworkSpec } from '../../model/network.ts';
import type { Cluster } from '../../state/cluster.ts';
import { reservedBy } from '../volumes/volumes.ts';
import { holdNetworks } from './hold-networks.ts';
import { createNetwork, type NetworkOnEngine, removeNetwork } from './networks.ts';

/** Whether the caller may move the network. */
type IsOwn = (engine: EngineRecord, labels: Network['labels']) => boolean;

/** Others may move a network meanwhile: it is not held while the container is created, which may pull an image. */
const maxRounds = 3;

/**
 * Runs a container that is in networks. Where no engine fits with its networks as they are, those that no container is in and for which no engine
 * was named go to the engine that fits without them, and it is run again. Throws as `run`.
 */
export async function runWithNetworks<T>(
  cluster: Cluster,
  image: ImageConfig,
  { run, isOwn }: { readonly run: () => Promise<T>; readonly isOwn: IsOwn },
): Promise<T> {
  const names = namedNetworks(image);
  for (let round = 1; ; round++) {
    try {
      return await run();
    } catch (error) {
      if (names.length === 0 || round === maxRounds || !isSatsumaError(error, 'unschedulable')) throw error;
      await holdNetworks(cluster, names, async () => {
        await findMoved(cluster, names);
        const networks = await unusedNetworks(cluster, names, isOwn);
        const engineId = networks.length > 0 ? await engineWithout(cluster, image, networks) : undefined;
        if (engineId === undefined) return;
        for (const each of networks) if (each.engineId !== engineId) await move(cluster, each, engineId);
      });
    }
  }
}

/** Moves the network to the engine if no container is in it; its id there. Throws `wrong_state` if it cannot be moved. */
export async function bringNetwork(
  cluster: Cluster,
  { name, engineId }: { readonly name: string; readonly engineId: string },
  isOwn: IsOwn,
): Promise<string> {
  return await holdNetworks(cluster, [name], async () => {
    await findMoved(cluster, [name]);
    const all = await networksNamed(cluster, name);
    // Another request may have brought it meanwhile.
    const there = all.find((each) => each.engineId === engineId);
    if (there) return there.id;
    const [network] = await unusedNetworks(cluster, [name], isOwn);
    if (network) return (await move(cluster, network, engineId)).id;
    const where = all.map((each) => each.engineId).join(', ');
    throw new SatsumaError(
      'wrong_state',
      `network ${name} is on engine ${where || 'another'}, and the container on ${engineId}: create the container with the network, or the network with the driver overlay`,
    );
  });
}

/** The network that clients know by the id because it had it on another engine. */
export async function movedNetwork(cluster: Cluster, id: string): Promise<NetworkOnEngine | undefined> {
  const kept = await keptNetworks(cluster);
  for (const [engineId, networks] of kept)
    for (const network of networks) if (knownIdOf(network)?.startsWith(id)) return { ...network, engineId };
  return undefined;
}

/** Another server may have moved them since their engines were asked. */
async function findMoved(cluster: Cluster, names: readonly string[]): Promise<void> {
  const engines = cluster.cache.engines().filter(({ condition }) => condition === 'ok');
  const holders = async () => {
    const kept = await keptNetworks(cluster);
    return engines.filter(({ id }) => kept.get(id)?.some(({ name }) => names.includes(name)));
  };
  const before = await holders();
  for (const { id } of before) inventoryChanged(cluster, id);
  const after = new Set(await holders());
  if (before.every((each) => after.has(each))) return;
  for (const { id } of engines) inventoryChanged(cluster, id);
}

async function networksNamed(cluster: Cluster, name: string): Promise<NetworkOnEngine[]> {
  const kept = await keptNetworks(cluster);
  return [...kept].flatMap(([engineId, networks]) =>
    networks.filter((each) => each.name === name).map((each) => ({ ...each, engineId })),
  );
}

/** Those that can go to another engine: each is on one alone, and no container names it. An engine that does not answer keeps its own. */
async function unusedNetworks(cluster: Cluster, names: readonly string[], isOwn: IsOwn): Promise<NetworkOnEngine[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const [network, ...others] = await networksNamed(cluster, name);
      const canMove = network && others.length === 0 && isMovable(network);
      return canMove && !(await isUsed(cluster, network, isOwn)) ? [network] : [];
    }),
  );
  return found.flat();
}

async function isUsed({ cache, pool }: Cluster, network: NetworkOnEngine, isOwn: IsOwn): Promise<boolean> {
  const { engineId, id, name, labels } = network;
  if (!cache.hasEngine(engineId)) return true;
  const engine = cache.engine(engineId).value;
  if (!isOwn(engine, labels)) return true;
  if (reservedBy({ cache }, engineId, (image) => namedNetworks(image).includes(name)) !== undefined) return true;
  try {
    return (await pool.client(engine).listUsers({ network: id })).length > 0;
  } catch (error) {
    if (isSatsumaError(error)) return true;
    throw error;
  }
}

async function engineWithout(
  cluster: Cluster,
  image: ImageConfig,
  without: readonly NetworkOnEngine[],
): Promise<string | undefined> {
  const names = new Set(without.map(({ name }) => name));
  const { network_mode: mode, ...rest } = image;
  const free = {
    ...rest,
    ...(mode !== undefined && !names.has(mode) && { network_mode: mode }),
    networks: attachmentsOf(image).filter(({ name }) => !names.has(name)),
  };
  const schedulers = await schedulersOf(cluster, free);
  const turn = cluster.placementCounter.peek();
  const { candidates } = placeNow(cluster, { image: free, schedulers, turn, limit: 1 });
  return candidates[0]?.engine.id;
}

/** It is made there before it goes here: whatever fails in between, it exists. */
async function move(cluster: Cluster, network: NetworkOnEngine, engineId: string): Promise<NetworkOnEngine> {
  const { name, driver, isInternal, isAttachable, isIPv6, options } = network;
  const labels = movedFrom(network);
  const spec: NetworkSpec = { name, driver, isInternal, isAttachable, isIPv6, options, labels };
  const made = await createNetwork(cluster, engineId, spec);
  try {
    await removeNetwork(cluster, network.engineId, network.id, name);
    return made;
  } catch (error) {
    await removeNetwork(cluster, engineId, made.id, name);
    throw error;
  }
}
