import type { Cluster } from '../../state/cluster.ts';

/** A running pull updates its record more often; older records belong to dead servers. */
const oldMs = 15 * 60_000;

/**
 * Removes old records that only serve events: pulls, shares, ends of containers, and changes of volumes and networks.
 */
export async function forgetOldEventRecords({ store, clock }: Pick<Cluster, 'store' | 'clock'>): Promise<void> {
  for (const { id, value, version } of await store.list('image-pull')) {
    if (clock.now() - Date.parse(value.at) < oldMs) continue;
    await store.write([{ kind: 'image-pull', id, ifVersion: version }]);
  }
  for (const { id, value, version } of await store.list('container-end')) {
    if (clock.now() - Date.parse(value.diedAt) < oldMs) continue;
    await store.write([{ kind: 'container-end', id, ifVersion: version }]);
  }
  for (const { id, value, version } of await store.list('engine-thing')) {
    if (clock.now() - Date.parse(value.at) < oldMs) continue;
    await store.write([{ kind: 'engine-thing', id, ifVersion: version }]);
  }
  for (const { id, value, version } of await store.list('image-share')) {
    if (clock.now() - Date.parse(value.expiresAt) < oldMs) continue;
    await store.write([{ kind: 'image-share', id, ifVersion: version }]);
  }
}
