import { randomUUID } from 'node:crypto';
import type { CopyVolumeLine } from '../../api/volume.ts';
import { copyVolumeTo } from '../../execution/volumes/copy-volume.ts';
import { withProgress } from '../../runtime/latest-values.ts';
import type { Cluster } from '../../state/cluster.ts';

interface CopyVolumeOptions {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Streams the progress of a copy, and finally its result. Throws as `copyVolumeTo`. */
export async function* copyVolume(
  cluster: Cluster,
  { name, from, to }: CopyVolumeOptions,
  signal: AbortSignal,
): AsyncGenerator<CopyVolumeLine> {
  yield* withProgress<CopyVolumeLine>(signal, async (lines, until) => {
    const report = (progress: CopyVolumeLine) => lines.put('progress', progress);
    const copied = await copyVolumeTo(cluster, { id: randomUUID(), name, from, to, report }, until);
    if (!copied) throw new Error('a copy under a new id was there already');
    return { ok: true, name, from, to, ...copied };
  });
}
