import { volumeCopyLease } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type HeldLease, holdLease } from '../hold-lease.ts';

/** The exclusive lease on a copy. If it is lost, another server removes the incomplete copy. */
export type CopyLease = HeldLease;

/** Undefined: another server holds it. Throws `store_unavailable`. */
export async function holdCopy(
  cluster: Pick<Cluster, 'store' | 'clock' | 'logger'>,
  copyId: string,
): Promise<CopyLease | undefined> {
  return await holdLease(cluster, volumeCopyLease(copyId), 'the copy of the volume');
}
