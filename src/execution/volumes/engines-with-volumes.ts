import { namedVolumes } from '../../model/image-needs.ts';
import type { Cluster } from '../../state/cluster.ts';
import { readInventories } from '../engine-inventory.ts';

/** By name, the engines that have such a volume, are receiving one, or have a container that will create one. */
export async function enginesWithVolumes(
  cluster: Cluster,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { cache } = cluster;
  const taken = new Map([...names].map((name) => [name, new Set<string>()]));
  for (const [id, { volumes }] of await readInventories(cluster))
    for (const [name, engines] of taken) if (volumes.has(name)) engines.add(id);
  for (const { value } of cache.volumeCopies.all()) taken.get(value.name)?.add(value.to);
  for (const { image, engineId } of cache.reservations())
    for (const name of namedVolumes(image)) taken.get(name)?.add(engineId);
  return taken;
}
