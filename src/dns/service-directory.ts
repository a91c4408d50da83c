import { entriesOf } from '../decisions/services/catalog.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Directory } from './name.ts';

/** The services of the cluster, from the catalogue in memory. */
export function serviceDirectory(cluster: Cluster): Directory {
  const { services } = cluster.cache;
  return {
    serviceNamed: (name) =>
      services.get(name) ? name : services.all().find(({ id }) => id.toLowerCase() === name)?.id,
    entriesOf: (service) => entriesOf(cluster, service),
  };
}
