import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Volume } from '../../model/volume.ts';
import { type VolumeCopy, volumeCopyLabel } from '../../model/volume-copy.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { inventoryChanged } from '../engine-inventory.ts';
import { reportInventoryChange } from '../report-inventory-change.ts';
import type { ArchiveSummary } from './archive-digest.ts';
import { beginCopy } from './begin-copy.ts';
import { type CopyLease, holdCopy } from './copy-lease.ts';
import { discardCopy } from './discard-copy.ts';
import { type CopyProgress, transferVolume } from './transfer-volume.ts';
import { holdVolume, isHolder } from './volume-holder.ts';

/** The interval of attempts to take over a copy from another server. */
const againMs = 1_000;

interface CopyVolumeOptions {
  /** Identifies this copy: an attempt with the same id continues it. */
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Removes a volume of that name on the target engine first, if no container uses it. */
  readonly isReplacing?: boolean;
  readonly report?: (progress: CopyProgress) => void;
}

/**
 * Copies a volume to another engine, which must not have one of that name, and compares both. Until then, nothing is
 * placed onto it. After a failure or abort, the copy is removed; if this server is killed, the leader removes it.
 * Throws `invalid`, `no_such_engine`, `no_such_volume`, `name_taken`, `no_such_image`, `wrong_state` if the volume
 * changes meanwhile, and the engines' errors. Undefined: it was already copied with this id.
 */
export async function copyVolumeTo(
  cluster: Cluster,
  options: CopyVolumeOptions,
  signal: AbortSignal,
): Promise<ArchiveSummary | undefined> {
  const { cache, pool, logger } = cluster;
  const { id, name, from, to } = options;
  if (from === to) throw new SatsumaError('invalid', `the volume is on engine ${to} already`);
  const source = pool.client(cache.engine(from).value);
  cache.engine(to);
  const volume = await source.inspectVolume(name);
  refuseExternalStorage(volume, from);
  const lease = await holdWhenFree(cluster, id, signal);
  try {
    await discardIncomplete(cluster, id, lease);
    if (await isThere(pool.client(cache.engine(to).value), { id, name })) return undefined;
    const copied = await copy(cluster, { ...options, volume, lease }, AbortSignal.any([signal, lease.signal]));
    logger.info({ volume: name, from, to, bytes: copied.bytes }, 'volume copied');
    return copied;
  } finally {
    // Leftovers that cannot be removed now are removed later by the leader.
    await discardIncomplete(cluster, id, lease).catch((error: unknown) => {
      logger.warn({ err: error, volume: name, from, to }, 'leftovers of a copy not removed yet');
    });
    await lease.end();
  }
}

/** A former leader ends its copies, and a killed server loses its lease. */
async function holdWhenFree(cluster: Cluster, id: string, signal: AbortSignal): Promise<CopyLease> {
  for (;;) {
    signal.throwIfAborted();
    const lease = await holdCopy(cluster, id);
    if (lease) return lease;
    await pause(againMs, signal);
  }
}

/** Whether it was copied with this id: an incomplete copy would have a record, or was removed. */
async function isThere(client: EngineClient, { id, name }: Pick<CopyVolumeOptions, 'id' | 'name'>): Promise<boolean> {
  try {
    return (await client.inspectVolume(name)).labels[volumeCopyLabel] === id;
  } catch (error) {
    if (isSatsumaError(error, 'no_such_volume')) return false;
    throw error;
  }
}

interface Held extends CopyVolumeOptions {
  readonly volume: Volume;
  readonly lease: CopyLease;
}

async function copy(cluster: Cluster, held: Held, signal: AbortSignal): Promise<ArchiveSummary> {
  const { cache, store, pool } = cluster;
  const { id, name, from, to, volume, lease, report = () => undefined } = held;
  const { fence } = lease;
  await beginCopy(cluster, volume, { ...held, fence });
  inventoryChanged(cluster, to);
  const hold = (engineId: string) => holdVolume(cluster, cache.engine(engineId).value, { volume: name, copyId: id });
  const [read, written] = [await hold(from), await hold(to)];
  const copied = await transferVolume(cluster, { name, from, to, read, written, report, signal });
  await refuseConcurrentUsers(pool.client(cache.engine(to).value), { name, to });
  signal.throwIfAborted();
  const found = await store.read('volume-copy', id);
  const value: VolumeCopy | undefined = found && { ...found.value, isWhole: true };
  const result = value && (await store.write([{ kind: 'volume-copy', id, value }], { lease: fence }));
  if (!result?.ok) throw new SatsumaError('reservation_lost', 'another server took the copy of the volume over');
  await cache.catchUp();
  const attributes = { driver: volume.driver, copied_from: from };
  await reportInventoryChange(cluster, { kind: 'volume', action: 'create', name, engine: to, attributes });
  return copied;
}

/** Satsuma places nothing onto an incomplete volume, but users may do so by hand. */
async function refuseConcurrentUsers(
  client: EngineClient,
  { name, to }: { readonly name: string; readonly to: string },
): Promise<void> {
  const users = await client.listUsers({ volume: name });
  const [user] = users.filter((each) => !isHolder(each));
  if (user === undefined) return;
  throw new SatsumaError(
    'wrong_state',
    `container ${user} of engine ${to} mounted volume ${name} before it was complete`,
  );
}

async function discardIncomplete(cluster: Cluster, id: string, { fence }: CopyLease): Promise<void> {
  await cluster.cache.catchUp();
  const rest = cluster.cache.volumeCopies.get(id);
  if (rest) await discardCopy(cluster, { id, value: rest.value, fence });
}

/** A driver with external storage would copy the data onto itself. */
export function refuseExternalStorage({ name, driver, options }: Volume, engineId: string): void {
  if (driver === 'local' && Object.keys(options).length === 0) return;
  const what = driver === 'local' ? 'has options for its driver' : `has the driver ${driver}`;
  throw new SatsumaError(
    'invalid',
    `volume ${name} of engine ${engineId} ${what}: its files may be elsewhere; create it on the other engine with the same options`,
  );
}
