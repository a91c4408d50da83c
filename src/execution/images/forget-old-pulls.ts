import type { Cluster } from '../../state/cluster.ts';

/** A record that did not change for so long is of a server that died: a pull that runs changes its record more often. */
const oldMs = 15 * 60_000;

/** Removes the records for events that nobody needs: of pulls, of shares, of ends of containers, and of changes of volumes and networks. */
export async function forgetOldPulls({ store, clock }: Pick<Cluster, 'store' | 'clock'>): Promise<void> {
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
