import type { RouterMember, RefusedDomain as ShownRefusal } from '../../api/router.ts';
import { desiredConfig } from '../../decisions/domains/desired-config.ts';
import { refuseUsedRouterVolumes } from '../../decisions/domains/reserved-for-routers.ts';
import { routerReplicas } from '../../decisions/domains/router-replicas.ts';
import { findService } from '../../decisions/services/find-service.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hostAndPort, isWildcard } from '../../model/host-address.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import {
  defaultRouterService,
  type RefusedDomain,
  type RouterRecord,
  routerId,
  routerPorts,
  routerVolumes,
} from '../../model/router.ts';
import type { ServiceSpec } from '../../model/service.ts';
import { defaultUpdate, serviceDefaults } from '../../model/service-defaults.ts';
import { isLoopback } from '../../runtime/loopback.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { changeDocument } from '../change-document.ts';
import { createService, removeService, updateService } from '../services/change-service.ts';
import { peekService } from '../services/show-service.ts';

interface RouterSettingsChange {
  readonly image: ImageConfig;
  readonly dns?: readonly string[] | undefined;
  readonly auth?: readonly string[] | undefined;
  readonly email?: string | undefined;
}

export interface ShownRouter extends RouterRecord {
  readonly image: ImageConfig | undefined;
  readonly routers: readonly RouterMember[];
}

/** The image config of routers. Certificates and the last configuration are in volumes, so that a recreated router continues with them. */
export function routerImage(name: string, labels: readonly string[]): ImageConfig {
  return {
    name,
    labels,
    type: 'label',
    args: ['caddy', 'run', '--resume'],
    environment: { XDG_CONFIG_HOME: '/config', XDG_DATA_HOME: '/data' },
    volumes: routerVolumes.map((volume) => `${volume}:/${volume.replace(/^.*-/, '')}`),
    bind_ports: routerPorts.map(({ proto, port }) => ({ proto, port, container_port: port })),
    cap_drop: ['ALL'],
    cap_add: ['NET_BIND_SERVICE'],
    // If a DNS server does not answer, the next one is tried soon.
    dns_options: ['timeout:1', 'attempts:2'],
    restart_policy: { name: 'unless-stopped' },
  };
}

/**
 * Runs a router on each engine that fits the image config, or changes the routers. Throws `invalid`, and `service_exists` if another
 * service has the name.
 */
export async function setRouter(
  cluster: Cluster,
  { image, dns, auth, email }: RouterSettingsChange,
): Promise<ShownRouter> {
  const { store, settings } = cluster;
  const addresses = dns ?? [ownDns(cluster)];
  const authAddresses = auth ?? ownAuth(cluster);
  const dnsDomain = settings.discovery?.domain ?? 'satsuma';
  const service = defaultRouterService;
  const known = (await store.read('router', routerId))?.value;
  await cluster.cache.catchUp();
  if (!known) refuseUsedRouterVolumes(cluster);
  const spec: ServiceSpec = {
    ...serviceDefaults,
    image,
    replicas: 'global',
    // Two routers on one engine cannot have the same ports.
    update: { ...defaultUpdate, order: 'stop-first' },
    health: { type: 'tcp', port: 80, path: '/', interval: 2, timeout: 2, retries: 3, start_period: 5 },
  };
  if (known && (await store.read('service', service))) await updateService(cluster, service, spec);
  else await createService(cluster, service, spec);
  const value = await changeDocument(
    cluster,
    { kind: 'router', id: routerId },
    (found): RouterRecord => ({
      ...{ loaded: {}, failures: {}, createdAt: timestamp(cluster.clock), ...found },
      ...{ service, dns: addresses, dnsDomain },
      ...(authAddresses && { auth: authAddresses }),
      ...(email !== undefined && { email }),
    }),
    () => new SatsumaError('wrong_state', 'the router is changed all the time: try again'),
  );
  cluster.logger.info({ service }, 'router wanted');
  return await show(cluster, value);
}

/** Throws `no_router`. */
export async function showRouter(cluster: Cluster): Promise<ShownRouter> {
  const found = await cluster.store.read('router', routerId);
  if (!found) throw noRouter();
  return await show(cluster, found.value);
}

/** Removes the routers. Domains stay, but are not served. Throws `no_router`. */
export async function removeRouter(cluster: Cluster): Promise<void> {
  const { store, cache, logger } = cluster;
  const found = await store.read('router', routerId);
  if (!found) throw noRouter();
  if (await store.read('service', found.value.service))
    await removeService(cluster, found.value.service, { areRouters: true });
  const written = await store.write([{ kind: 'router', id: routerId }]);
  if (written.ok) cache.apply({ kind: 'router', id: routerId, version: written.version });
  logger.info({ service: found.value.service }, 'router removed');
}

async function show(cluster: Cluster, router: RouterRecord): Promise<ShownRouter> {
  const { image } = (await findService(cluster, router.service).catch(() => undefined))?.spec ?? {};
  const routers = routerReplicas(cluster, router).map(({ engineId, containerId, isRunning }): RouterMember => {
    const loaded = router.loaded[engineId];
    const isOfIt = loaded?.container === containerId;
    const { hash } = desiredConfig(cluster, router, loaded?.version ?? '');
    const problem = router.failures[engineId];
    const state = !isRunning ? 'waiting' : isOfIt && loaded.hash === hash ? 'ready' : problem ? 'failed' : 'loading';
    return {
      ...{ engine: engineId, container: containerId, state },
      ...(isOfIt && { version: loaded.version }),
      ...(problem !== undefined && { problem }),
      ...(isOfIt && loaded.refused && { refused: Object.entries(loaded.refused).map(shownRefusal) }),
    };
  });
  // If a router cannot be placed, show why: another container may have its ports.
  const waiting = (peekService(cluster, router.service)?.waiting ?? [])
    .filter(({ slot }) => routers.every(({ engine }) => engine !== slot))
    .map(({ slot, message }): RouterMember => ({ engine: slot, container: null, state: 'waiting', problem: message }));
  return { ...router, image, routers: [...routers, ...waiting] };
}

function shownRefusal([domain, { reason }]: readonly [string, RefusedDomain]): ShownRefusal {
  return { domain, problem: reason };
}

/** The address of this server's DNS for routers, from the configuration. Throws `invalid`. */
function ownDns({ settings: { discovery } }: Cluster): string {
  if (!discovery) {
    const sentence = 'routers look replicas up by DNS: set "discovery" in the configuration, or say where with "dns"';
    throw new SatsumaError('invalid', sentence);
  }
  if (isForRouters(discovery.dns)) return hostAndPort(discovery.dns);
  const sentence = `routers do not reach the DNS server at ${hostAndPort(discovery.dns)}: say with "dns" where they do`;
  throw new SatsumaError('invalid', sentence);
}

/** Undefined: not configured, so domains cannot have passwords. */
function ownAuth({ settings: { discovery } }: Cluster): string[] | undefined {
  return discovery?.auth && isForRouters(discovery.auth) ? [hostAndPort(discovery.auth)] : undefined;
}

function isForRouters({ host }: Address): boolean {
  return !isWildcard(host) && !isLoopback(host);
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function noRouter(): SatsumaError {
  return new SatsumaError('no_router', 'there is no router: "satsuma router up" runs one');
}
