import { entriesOf } from '../decisions/services/catalog.ts';
import { nothingKnown, surveyReplicas } from '../decisions/services/survey.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Directory, Member } from './name.ts';

/** The services of the cluster, from the catalogue in memory. */
export function serviceDirectory(cluster: Cluster): Directory {
  const { services, changes } = cluster.cache;
  let names: ReadonlyMap<string, string> = new Map();
  let count = -1;
  return {
    serviceNamed: (name) => {
      if (services.get(name)) return name;
      // A question has many labels, and each may begin a name: services are walked once for each change of them.
      if (count !== changes.countOf('service')) {
        count = changes.countOf('service');
        names = new Map(services.all().map(({ id }) => [id.toLowerCase(), id]));
      }
      return names.get(name);
    },
    entriesOf: (service) => entriesOf(cluster, service),
    membersOf: (service, network) => membersOf(cluster, service, network),
  };
}

function membersOf(cluster: Cluster, service: string, network: string): Member[] {
  const { services, serviceStatuses, containers } = cluster.cache;
  const found = services.get(service);
  if (!found) return [];
  const status = serviceStatuses.get(service)?.value ?? nothingKnown;
  return surveyReplicas(cluster, service, { record: found.value, status }).flatMap(
    ({ slot, engineId, containerId, isServing }): Member[] => {
      const { addresses = {} } = containers.get(engineId, containerId ?? '')?.summary ?? {};
      const [, address] = Object.entries(addresses).find(([name]) => name.toLowerCase() === network) ?? [];
      return isServing && address !== undefined ? [{ slot, address }] : [];
    },
  );
}
