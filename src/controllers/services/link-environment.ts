import type { CatalogEntry } from '../../api/catalog.ts';
import { entriesOf } from '../../decisions/services/catalog.ts';
import { nothingKnown } from '../../decisions/services/survey.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hostAndPort } from '../../model/host-address.ts';
import { type PortBinding, projectOf } from '../../model/image-config.ts';
import type { ServiceSpec } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The environment variables by which a container finds the services it is linked to, by service and alias: those of
 * Docker's links, for the first replica's published address, and `ALIAS_PORT_80_TCP_ADDRESSES` with the addresses of
 * all replicas. They are a snapshot taken at its start. Throws `link_not_ready` if a service has no reachable replica
 * yet.
 */
export function linkEnvironment(
  cluster: Cluster,
  { links = {}, image }: Pick<ServiceSpec, 'links' | 'image'>,
): Record<string, string> {
  const variables = Object.entries(links).flatMap(([service, alias]) => {
    const entries = entriesOf(cluster, service);
    if (entries.length === 0) throw new SatsumaError('link_not_ready', missingLinkReason(cluster, service));
    const prefix = alias.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    const declared = cluster.cache.services.get(service)?.value.spec.image.bind_ports ?? [];
    return [
      ...variablesOf({ prefix, alias, entries, declared }),
      ...environmentOf(cluster, service, { prefix, image }),
    ];
  });
  return Object.fromEntries(variables);
}

function missingLinkReason({ cache }: Cluster, service: string): string {
  if (!cache.services.get(service)) return `it is linked to service ${service}, which does not exist yet`;
  const { replicas } = cache.serviceStatuses.get(service)?.value ?? nothingKnown;
  const isReady = Object.values(replicas).some(({ phase }) => phase === 'ready');
  return `it is linked to service ${service}, ${isReady ? 'which publishes no port' : 'which has no ready replica yet'}`;
}

/**
 * The environment of the linked service, which usually holds its login. Passed on only within a project. A service
 * under a policy gets it only if both have the same policy, or its policy allows other containers.
 */
function environmentOf(
  { cache }: Cluster,
  service: string,
  { prefix, image }: { readonly prefix: string; readonly image: ServiceSpec['image'] },
): [string, string][] {
  const linked = cache.services.get(service)?.value.spec.image;
  if (!linked || projectOf(linked) !== projectOf(image)) return [];
  const { environment = {}, policy: theirs } = linked;
  const { policy } = image;
  const isTold = policy === undefined || policy === theirs || cache.policies.get(policy)?.value.rules.other_containers;
  if (!isTold) return [];
  return Object.entries(environment).map(([name, value]) => [`${prefix}_ENV_${name}`, value]);
}

interface Link {
  readonly prefix: string;
  readonly alias: string;
  readonly entries: readonly CatalogEntry[];
  /** The ports that the service declares. Ports that only its image exposes may have lower numbers. */
  readonly declared: readonly PortBinding[];
}

/** `ALIAS_PORT` and Panamax's `ALIAS_SERVICE_HOST` and `_PORT` are for the lowest declared port. */
function variablesOf({ prefix, alias, entries, declared }: Link): [string, string][] {
  const ports = new Map<string, readonly CatalogEntry[]>();
  for (const entry of entries) {
    const key = `${entry.container_port}/${entry.proto}`;
    ports.set(key, [...(ports.get(key) ?? []), entry]);
  }
  const isDeclared = (entry: CatalogEntry | undefined) =>
    declared.some((each) => each.container_port === entry?.container_port && each.proto === entry.proto);
  const [lowest] = [...ports.values()]
    .map(([first]) => first)
    .sort((a, b) => Number(isDeclared(b)) - Number(isDeclared(a)) || portOf(a) - portOf(b));
  const ofLowest: [string, string][] = lowest
    ? [
        [`${prefix}_PORT`, urlOf(lowest)],
        [`${prefix}_SERVICE_HOST`, lowest.host],
        [`${prefix}_SERVICE_PORT`, String(lowest.port)],
      ]
    : [];
  const ofPorts = [...ports.values()].flatMap((all) => variablesOfPort(prefix, all));
  return [[`${prefix}_NAME`, alias], ...ofLowest, ...ofPorts];
}

function variablesOfPort(prefix: string, all: readonly CatalogEntry[]): [string, string][] {
  const [first] = all;
  if (!first) return [];
  const name = `${prefix}_PORT_${first.container_port}_${first.proto.toUpperCase()}`;
  return [
    [name, urlOf(first)],
    [`${name}_ADDR`, first.host],
    [`${name}_PORT`, String(first.port)],
    [`${name}_PROTO`, first.proto],
    [`${name}_ADDRESSES`, all.map(hostAndPort).join(',')],
  ];
}

function portOf(entry: CatalogEntry | undefined): number {
  return entry?.container_port ?? 0;
}

function urlOf(entry: CatalogEntry): string {
  return `${entry.proto}://${hostAndPort(entry)}`;
}
