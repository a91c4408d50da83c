import { randomUUID } from 'node:crypto';
import type { CopyVolumeLine } from '../../api/volume.ts';
import type { EngineClient } from '../../engines/engine-client.ts';
import { inventoryChanged } from '../../execution/engine-inventory.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Volume } from '../../model/volume.ts';
import { type LatestValues, tellProgress } from '../../runtime/latest-values.ts';
import type { Cluster } from '../../state/cluster.ts';
import { unlessLost } from '../containers/engine-loss.ts';
import { ArchiveDigest, type ArchiveSummary, digestOf } from './archive-digest.ts';
import { holderPath, holdVolume, type VolumeHolder } from './volume-holder.ts';

export interface CopyVolumeOptions {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

const toldEveryMs = 500;
/** All that is in it, and not the folder itself. */
const content = `${holderPath}/.`;

/**
 * Copies a volume to another engine, which must not have one of the name, and reads both again: they must be equal. What was
 * made is removed again where that fails, or when the signal aborts. Throws `invalid`, `no_such_engine`, `no_such_volume`,
 * `name_taken`, `no_such_image`, `wrong_state` of a volume that changes meanwhile, and what the engines failed with.
 */
export async function* copyVolume(
  cluster: Cluster,
  options: CopyVolumeOptions,
  signal: AbortSignal,
): AsyncGenerator<CopyVolumeLine> {
  const { cache, pool, logger } = cluster;
  const { name, from, to } = options;
  if (from === to) throw new SatsumaError('invalid', `the volume is on engine ${to} already`);
  const [source, target] = [cache.engine(from).value, cache.engine(to).value];
  const volume = await pool.client(source).inspectVolume(name);
  refuseElsewhere(volume, from);
  await refuseTaken(cluster, to, name);
  yield* tellProgress<CopyVolumeLine>(signal, async (lines, until) => {
    const holders: VolumeHolder[] = [];
    const own = randomUUID();
    let isWhole = false;
    try {
      await createOwn(pool.client(target), { volume, own, engineId: to });
      for (const engine of [source, target]) holders.push(await holdVolume(cluster, engine, name));
      const [read, written] = holders as [VolumeHolder, VolumeHolder];
      const copied = await copy(cluster, options, { read, written, lines, signal: until });
      isWhole = true;
      logger.info({ volume: name, from, to, bytes: copied.bytes }, 'volume copied');
      return { ok: true, name, from, to, ...copied };
    } finally {
      await Promise.all(holders.map((holder) => holder.remove()));
      inventoryChanged(cluster, to);
      if (!isWhole) await discard(cluster, { name, own, engineId: to });
    }
  });
}

interface Work {
  readonly read: VolumeHolder;
  readonly written: VolumeHolder;
  readonly lines: LatestValues<CopyVolumeLine>;
  readonly signal: AbortSignal;
}

async function copy(cluster: Cluster, { name, from, to }: CopyVolumeOptions, work: Work): Promise<ArchiveSummary> {
  const { read, written, lines, signal } = work;
  const open = async (holder: VolumeHolder, until: AbortSignal) =>
    (await holder.client.openArchive(holder.id, content, until)).bytes;
  const passing = new ArchiveDigest();
  const tell = (status: 'copying' | 'checking') => lines.put('progress', { status, bytes: passing.bytes });
  tell('copying');
  const timer = setInterval(tell, toldEveryMs, 'copying');
  try {
    await unlessLost(cluster, from, signal, (unlessSourceLost) =>
      unlessLost(cluster, to, unlessSourceLost, async (until) => {
        const archive = passing.pass(await open(read, until));
        await written.client.putArchive(written.id, { path: holderPath }, archive, until);
      }),
    );
  } finally {
    clearInterval(timer);
  }
  tell('checking');
  const again = (holder: VolumeHolder, engineId: string) =>
    unlessLost(cluster, engineId, signal, async (until) => await digestOf(await open(holder, until)));
  const [now, arrived] = await Promise.all([again(read, from), again(written, to)]);
  const copied = passing.summary();
  if (now.digest !== copied.digest) {
    const why = `volume ${name} changed on engine ${from} while it was copied: stop the containers that write to it`;
    throw new SatsumaError('wrong_state', why);
  }
  if (arrived.digest !== copied.digest)
    throw new SatsumaError('engine_failed', `engine ${to} has other files in volume ${name} than engine ${from}`);
  return copied;
}

/** Whose copy a volume is. */
const ownLabel = 'satsuma.volume-copy';

interface Own {
  readonly own: string;
  readonly engineId: string;
}

/** Somebody else may have created it a moment ago: theirs is not written to. */
async function createOwn(
  client: EngineClient,
  { volume, own, engineId }: Own & { readonly volume: Volume },
): Promise<void> {
  const { name, driver } = volume;
  const created = await client.createVolume({ name, driver, labels: { ...volume.labels, [ownLabel]: own } });
  if (created.labels[ownLabel] === own) return;
  throw new SatsumaError('name_taken', `engine ${engineId} has a volume ${name} already`);
}

/** What its driver keeps elsewhere would be copied onto itself. */
function refuseElsewhere({ name, driver, options }: Volume, engineId: string): void {
  if (driver === 'local' && Object.keys(options).length === 0) return;
  const what = driver === 'local' ? 'has options for its driver' : `has the driver ${driver}`;
  throw new SatsumaError(
    'invalid',
    `volume ${name} of engine ${engineId} ${what}: its files may be elsewhere; create it on the other engine with the same options`,
  );
}

async function refuseTaken({ cache, pool }: Cluster, engineId: string, name: string): Promise<void> {
  const client = pool.client(cache.engine(engineId).value);
  try {
    await client.inspectVolume(name);
  } catch (error) {
    if (isSatsumaError(error, 'no_such_volume')) return;
    throw error;
  }
  const users = await client.listUsers({ volume: name });
  const by = users.length > 0 ? `, and ${users.slice(0, 5).join(', ')} ${users.length === 1 ? 'has' : 'have'} it` : '';
  throw new SatsumaError(
    'name_taken',
    `engine ${engineId} has a volume ${name} already${by}: remove it first (satsuma volume rm --engine ${engineId} ${name})`,
  );
}

/** Removes what this copy made, and nobody else's. */
async function discard(
  { cache, pool, logger }: Cluster,
  { name, own, engineId }: Own & { readonly name: string },
): Promise<void> {
  const client = pool.client(cache.engine(engineId).value);
  try {
    const { labels } = await client.inspectVolume(name);
    if (labels[ownLabel] === own) await client.removeVolume(name);
  } catch (error) {
    if (!isSatsumaError(error, 'no_such_volume'))
      logger.warn({ err: error, engineId, volume: name }, 'part of a volume not removed');
  }
}
