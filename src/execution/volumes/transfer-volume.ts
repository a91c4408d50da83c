import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { unlessLost } from '../engine-loss.ts';
import { ArchiveDigest, type ArchiveSummary, digestOf } from './archive-digest.ts';
import { holderPath, type VolumeHolder } from './volume-holder.ts';

export interface CopyProgress {
  readonly status: 'copying' | 'checking';
  readonly bytes: number;
}

interface VolumeTransfer {
  readonly name: string;
  /** Engine ids. */
  readonly from: string;
  readonly to: string;
  readonly read: VolumeHolder;
  readonly written: VolumeHolder;
  readonly report: (progress: CopyProgress) => void;
  readonly signal: AbortSignal;
}

const reportEveryMs = 500;
/** The folder's contents without the folder itself. */
const content = `${holderPath}/.`;

/**
 * Copies a volume's files to another engine, then reads and compares both. Throws `wrong_state` if they changed
 * meanwhile, and the engines' errors.
 */
export async function transferVolume(
  cluster: Cluster,
  { name, from, to, read, written, report, signal }: VolumeTransfer,
): Promise<ArchiveSummary> {
  const open = async (holder: VolumeHolder, until: AbortSignal) =>
    (await holder.client.openArchive(holder.id, content, until)).bytes;
  const passing = new ArchiveDigest();
  const reportEvery = (status: CopyProgress['status']) => report({ status, bytes: passing.bytes });
  reportEvery('copying');
  const timer = setInterval(reportEvery, reportEveryMs, 'copying').unref();
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
  reportEvery('checking');
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
