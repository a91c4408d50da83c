import { isSatsumaError } from '../../model/errors.ts';
import { version } from '../../runtime/package-root.ts';
import type { Cluster } from '../../state/cluster.ts';

export async function metadata(cluster: Cluster): Promise<object> {
  return { version, type: 'satsuma', isHealthy: await isHealthy(cluster) };
}

/** Whether containers can be run: the store answers, and an engine is reachable. */
export async function isHealthy({ store, cache }: Cluster): Promise<boolean> {
  try {
    await store.ping();
  } catch (error) {
    if (isSatsumaError(error)) return false;
    throw error;
  }
  return cache.snapshots().some(({ status }) => status === 'ok');
}
