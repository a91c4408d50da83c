import { entriesOf } from '../decisions/services/catalog.ts';
import { nothingKnown, surveyReplicas } from '../decisions/services/survey.ts';
import { attachmentsOf } from '../model/image-config.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Directory, Member } from './name.ts';

/** The maximum cache time, for changes by time alone, such as the end of an engine's grace period. */
const rememberedMs = 250;

type MembersByNetwork = ReadonlyMap<string, readonly Member[]>;

/** The services of the cluster, from the catalog in memory. */
export function serviceDirectory(cluster: Cluster): Directory {
  const { services, changes } = cluster.cache;
  let names = namesOf([]);
  let count = -1;
  // A query has many labels, each of which may start a name: the index is built once per change of services.
  const namesNow = (): Names => {
    if (count !== changes.countOf('service')) {
      count = changes.countOf('service');
      names = namesOf(services.all());
    }
    return names;
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
  const serviceNamed = (name: string) => (services.get(name) ? name : namesNow().services.get(name));
  return {
    serviceNamed,
    serviceWithId: (id) => namesNow().ids.get(id),
    isEndOfNames: (end) => namesNow().ends.has(end),
    entriesOf: (service) => entriesOf(cluster, service),
    membersNamed: (name, network) => {
      const own = serviceNamed(name);
      const others = namesNow().aliases.get(aliasKey(network, name)) ?? [];
      const [only, ...more] = [...(own === undefined ? [] : [own]), ...others.filter((each) => each !== own)];
      if (only === undefined) return undefined;
      const membersOf = (service: string) => networksOf(service).get(network) ?? none;
      return more.length === 0 ? membersOf(only) : [only, ...more].flatMap(membersOf);
    },
  };
}

/** Service names in lower case. */
interface Names {
  readonly services: ReadonlyMap<string, string>;
  /** By record id. */
  readonly ids: ReadonlyMap<string, string>;
  /** All suffixes of the names. */
  readonly ends: ReadonlySet<string>;
  /** The services with an alias in a network. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

function namesOf(services: readonly { readonly id: string; readonly value: ServiceRecord }[]): Names {
  const aliases = new Map<string, string[]>();
  for (const { id, value } of services) {
    const keys = attachmentsOf(value.spec.image).flatMap(({ name, aliases = [] }) =>
      aliases.map((alias) => aliasKey(name.toLowerCase(), alias.toLowerCase())),
    );
    for (const key of new Set(keys)) {
      const having = aliases.get(key) ?? [];
      having.push(id);
      aliases.set(key, having);
    }
  }
  const names = new Map(services.map(({ id }) => [id.toLowerCase(), id]));
  const ids = new Map(services.flatMap(({ id, value }) => (value.id === undefined ? [] : [[value.id, id] as const])));
  return { services: names, ids, ends: new Set([...names.keys()].flatMap(endsOf)), aliases };
}

/** Neither contains a slash. */
function aliasKey(network: string, alias: string): string {
  return `${network}/${alias}`;
}

const none: readonly Member[] = [];

/** `c` and `b.c` for `a.b.c`. */
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
