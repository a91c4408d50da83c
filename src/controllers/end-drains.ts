import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';
import { noteDrain } from './drain-receipt.ts';
import type { IsolatedRunner } from './isolated-runner.ts';

/**
 * Sets a draining engine that has no replicas and no tasks left to maintenance. It stays there until an operator
 * changes its intent.
 */
export async function endDrains(cluster: Cluster, lease: Fence, runner: IsolatedRunner): Promise<void> {
  const { cache, store, logger } = cluster;
  for (const { id, intent } of cache.engines()) {
    if (intent !== 'draining' || cache.reservations(id).some(({ replica, task }) => replica ?? task)) continue;
    const { value, version } = cache.engine(id);
    const after = { ...value, intent: 'maintenance' } as const;
    await runner.run(`drain ${id}`, async () => {
      const written = await store.write([{ kind: 'engine', id, value: after, ifVersion: version }], { lease });
      if (!written.ok) return;
      logger.info({ engineId: id }, 'engine is drained');
      noteDrain(cluster, { drained: id });
    });
  }
}
