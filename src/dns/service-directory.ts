import { entriesOf } from '../decisions/services/catalog.ts';
import { nothingKnown, surveyReplicas } from '../decisions/services/survey.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Directory, Member } from './name.ts';

/** So long at most: what ends with time alone, as the grace of an engine that is down does, is seen within it. */
const rememberedMs = 250;

type MembersByNetwork = ReadonlyMap<string, readonly Member[]>;

/** The services of the cluster, from the catalogue in memory. */
export function serviceDirectory(cluster: Cluster): Directory {
  const { services, changes } = cluster.cache;
  let names: ReadonlyMap<string, string> = new Map();
  let ends: ReadonlySet<string> = new Set();
  let count = -1;
  // A question has many labels, and each may begin a name: services are walked once for each change of them.
  const readNames = () => {
    if (count === changes.countOf('service')) return;
    count = changes.countOf('service');
    names = new Map(services.all().map(({ id }) => [id.toLowerCase(), id]));
    ends = new Set([...names.keys()].flatMap(endsOf));
  };
  const networks = new Map<
    string,
    { readonly count: number; readonly until: number; readonly value: MembersByNetwork }
  >();
  const networksOf = (service: string): MembersByNetwork => {
    const now = changes.countOf(`service/${service}`);
    const known = networks.get(service);
    if (known?.count === now && performance.now() < known.until) return known.value;
    const value = membersByNetwork(cluster, service);
    for (const name of networks.keys()) if (!services.get(name)) networks.delete(name);
    networks.set(service, { count: now, until: performance.now() + rememberedMs, value });
    return value;
  };
  return {
    serviceNamed: (name) => {
      if (services.get(name)) return name;
      readNames();
      return names.get(name);
    },
    isEndOfNames: (end) => {
      readNames();
      return ends.has(end);
    },
    entriesOf: (service) => entriesOf(cluster, service),
    membersOf: (service, network) => networksOf(service).get(network) ?? none,
  };
}

const none: readonly Member[] = [];

/** `c` and `b.c` of `a.b.c`. */
function endsOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}

function membersByNetwork(cluster: Cluster, service: string): MembersByNetwork {
  const { services, serviceStatuses, containers } = cluster.cache;
  const members = new Map<string, Member[]>();
  const found = services.get(service);
  if (!found) return members;
  const status = serviceStatuses.get(service)?.value ?? nothingKnown;
  for (const replica of surveyReplicas(cluster, service, { record: found.value, status })) {
    if (!replica.isServing) continue;
    const { addresses = {} } = containers.get(replica.engineId, replica.containerId ?? '')?.summary ?? {};
    for (const [name, address] of Object.entries(addresses)) {
      const network = name.toLowerCase();
      const others = members.get(network) ?? [];
      others.push({ slot: replica.slot, address });
      members.set(network, others);
    }
  }
  return members;
}
