import type { Cluster } from '../../state/cluster.ts';
import type { Versioned } from '../../store/store.ts';

/** A running pull updates its record more often; older records belong to dead servers. */
const oldMs = 15 * 60_000;

type EventRecord = 'image-pull' | 'container-end' | 'engine-thing' | 'image-share';

/**
 * Removes old records that only serve events: pulls, shares, ends of containers, and changes of volumes and networks.
 */
export async function forgetOldEventRecords({ store, clock }: Pick<Cluster, 'store' | 'clock'>): Promise<void> {
  const forget = async <V>(
    kind: EventRecord,
    records: readonly Versioned<V>[],
    timeOf: (value: V) => string,
  ): Promise<void> => {
    for (const { id, value, version } of records) {
      if (clock.now() - Date.parse(timeOf(value)) < oldMs) continue;
      await store.write([{ kind, id, ifVersion: version }]);
    }
  };
  await forget('image-pull', await store.list('image-pull'), ({ at }) => at);
  await forget('container-end', await store.list('container-end'), ({ diedAt }) => diedAt);
  await forget('engine-thing', await store.list('engine-thing'), ({ at }) => at);
  await forget('image-share', await store.list('image-share'), ({ expiresAt }) => expiresAt);
}
