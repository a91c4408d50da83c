import { createRequire } from 'node:module';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';

/** The build puts a copy beside what it makes, so that the path is the same in both places. */
const { version } = createRequire(import.meta.url)('../../../package.json') as { readonly version: string };

export async function metadata(cluster: Cluster): Promise<object> {
  return { version, type: 'satsuma', isHealthy: await isHealthy(cluster) };
}

/** Whether something could be run: the store answers, and an engine can be reached. */
export async function isHealthy({ store, cache }: Cluster): Promise<boolean> {
  try {
    await store.ping();
  } catch (error) {
    if (isSatsumaError(error)) return false;
    throw error;
  }
  return cache.snapshots().some(({ status }) => status === 'ok');
}
