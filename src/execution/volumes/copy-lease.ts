import { volumeCopyLease } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type HeldLease, holdLease } from '../hold-lease.ts';

/** That this server, and no other, works on a copy. Where it is lost, another server removes what was made by now. */
export type CopyLease = HeldLease;

/** Undefined: somebody else holds it. Throws `store_unavailable`. */
export async function holdCopy(
  cluster: Pick<Cluster, 'store' | 'clock' | 'logger'>,
  copyId: string,
): Promise<CopyLease | undefined> {
  return await holdLease(cluster, volumeCopyLease(copyId), 'the copy of the volume');
}
