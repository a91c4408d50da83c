import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { until } from '../../state/until.ts';
import { removeService } from './change-service.ts';

/** Docker gives a container 10 s to stop. On an engine that is down, containers are removed when it is back. */
const withinMs = 30_000;

/**
 * Removes a service and waits until its replicas are gone and its name is free. The wait is limited, because an engine
 * may be down. Throws `no_such_service`.
 */
export async function discardService(cluster: Cluster, name: string): Promise<void> {
  await removeService(cluster, name);
  await until(cluster, () => cluster.cache.services.get(name) === undefined, withinMs);
}

/** Removes all of them concurrently. Services that are gone already are ignored. */
export async function discardServices(cluster: Cluster, names: readonly string[]): Promise<void> {
  const discarded = names.map((name) =>
    discardService(cluster, name).catch((error: unknown) => {
      if (!isSatsumaError(error, 'no_such_service')) throw error;
    }),
  );
  await Promise.all(discarded);
}
