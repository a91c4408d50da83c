import type { CatalogEntry } from '../../api/catalog.ts';
import { hostOf } from '../../model/host-of.ts';
import type { Cluster } from '../../state/cluster.ts';
import { hostPorts } from '../../state/containers/host-ports.ts';
import { compareSlots } from './replica-view.ts';
import { nothingKnown, surveyReplicas } from './survey.ts';

/**
 * The reachable addresses of a service, sorted by slot and port. `isLasting`: they change only with a reported change,
 * not with time.
 */
export function findEntries(
  cluster: Cluster,
  service: string,
): { readonly entries: readonly CatalogEntry[]; readonly isLasting: boolean } {
  const { cache } = cluster;
  const found = cache.services.get(service);
  if (!found) return { entries: [], isLasting: true };
  const status = cache.serviceStatuses.get(service)?.value ?? nothingKnown;
  const replicas = surveyReplicas(cluster, service, { record: found.value, status });
  const onHost = hostPorts(found.value.spec);
  const entries = replicas
    .flatMap(({ slot, engineId, containerId, isServing, ports }) => {
      if (!isServing || containerId === undefined) return [];
      const { value: engine } = cache.engine(engineId);
      const host = hostOf(engine);
      const age = engine.condition === 'down' ? { unreachable_since: engine.since } : {};
      return (onHost ?? ports).map(({ port, container_port, proto }) => ({
        service,
        slot,
        engine: engineId,
        container: containerId,
        host,
        port,
        container_port,
        proto,
        ...age,
      }));
    })
    .sort((a, b) => compareSlots(a.slot, b.slot) || a.port - b.port);
  return { entries, isLasting: replicas.every(({ isReachable }) => isReachable) };
}
