import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { type VolumeCopy, volumeCopyLabel } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';
import { inventoryChanged } from '../engine-inventory.ts';
import { removeHolders } from './volume-holder.ts';

/**
 * Removes leftovers of a copy: its helper containers, the volume if it is incomplete, and the record last. The caller
 * holds the copy's lease. The volume is only removed if it has this copy's label and no container uses it. Throws the
 * engines' errors: the record then remains, and the next call continues.
 */
export async function discardCopy(
  cluster: Cluster,
  { id, value, fence }: { readonly id: string; readonly value: VolumeCopy; readonly fence: Fence },
): Promise<void> {
  const { cache, pool, logger } = cluster;
  const { name, from, to, isWhole = false } = value;
  const clientOf = (engineId: string) =>
    cache.hasEngine(engineId) ? pool.client(cache.engine(engineId).value) : undefined;
  const target = clientOf(to);
  if (target) {
    await removeHolders(target, id);
    if (!isWhole) await removePart(target, { id, name });
    inventoryChanged(cluster, to);
  }
  const source = clientOf(from);
  if (source) await removeHolders(source, id);
  await forgetCopy(cluster, id, fence);
  if (!isWhole) logger.info({ volume: name, from, to }, 'part of a copied volume removed');
}

/** Throws `volume_in_use`, and the engine's error. */
export async function removePart(
  client: EngineClient,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  try {
    const { labels } = await client.inspectVolume(name);
    if (labels[volumeCopyLabel] === id) await client.removeVolume(name);
  } catch (error) {
    if (!isSatsumaError(error, 'no_such_volume')) throw error;
  }
}

/** Call it when only the volume is left. Throws `reservation_lost`. */
async function forgetCopy({ store, cache }: Cluster, id: string, fence: Fence): Promise<void> {
  await store.write([{ kind: 'volume-copy', id }], { lease: fence });
  await cache.catchUp();
}
