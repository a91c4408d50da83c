import { SatsumaError } from '../../model/errors.ts';
import { type ImageConfig, projectOf } from '../../model/image-config.ts';
import { namedVolumes } from '../../model/image-needs.ts';
import { routerId, routerVolumes } from '../../model/router.ts';
import type { Cluster } from '../../state/cluster.ts';
import { neighboursOf } from '../../state/containers/beside-known.ts';

type Cached = Pick<Cluster, 'cache'>;

/**
 * The volumes of routers contain private keys. No other container may mount one, also not by `volumes_from`. Throws
 * `volume_in_use`.
 */
export function refuseRouterVolumes({ cache }: Cached, image: ImageConfig): void {
  const router = cache.routers.get(routerId)?.value;
  if (!router) return;
  const volume = namedVolumes(image).find((name) => routerVolumes.includes(name));
  if (volume !== undefined) throw reserved(volume);
  const { links: _, network_mode: __, ipc_mode: ___, ...seeing } = image;
  for (const { reference } of neighboursOf(seeing)) {
    const ids = cache.containers.find(reference).map(({ summary }) => summary.id);
    const records = [...ids.flatMap((id) => cache.reservationsOf(id)), ...cache.named(reference)];
    if (records.some(({ replica }) => replica?.service === router.service))
      throw new SatsumaError(
        'volume_in_use',
        `${reference} is a router, whose volumes have the keys of certificates: no other container may see them`,
      );
  }
}

/** Checks the volumes on an engine that will run a router. Throws `volume_in_use`. */
export function refuseRouterVolume({ cache }: Cached, engineId: string, name: string): void {
  const router = cache.routers.get(routerId)?.value;
  if (!router || !routerVolumes.includes(name)) return;
  const { labels = [] } = cache.services.get(router.service)?.value.spec.image ?? {};
  const own = cache.engine(engineId).value.labels;
  if (labels.every((label) => own.includes(label))) throw reserved(name);
}

/** Checks what exists before the first router starts: it would share the routers' volumes. Throws `volume_in_use`. */
export function refuseUsedRouterVolumes({ cache }: Cached): void {
  for (const { id, value } of cache.services.all()) {
    const volume = namedVolumes(value.spec.image).find((name) => routerVolumes.includes(name));
    if (volume === undefined) continue;
    throw new SatsumaError(
      'volume_in_use',
      `service ${id} (project ${projectOf(value.spec.image)}) has the volume ${volume}, and routers keep the keys of certificates in it: give the service another one`,
    );
  }
}

/** Refuses changes of the routers' service that "router up" and "router down" do not make. Throws `unchangeable`. */
export function refuseRouterService({ cache }: Cached, name: string, image?: Pick<ImageConfig, 'volumes'>): void {
  const router = cache.routers.get(routerId)?.value;
  if (router?.service !== name || (image && isOfRouters(image))) return;
  throw new SatsumaError(
    'unchangeable',
    `${name} is the service of the routers: "satsuma router up" changes it, and "satsuma router down" removes it`,
  );
}

/** Whether it is a router: no other container gets all these volumes. */
export function isOfRouters(image: Pick<ImageConfig, 'volumes'>): boolean {
  const named = namedVolumes(image);
  return routerVolumes.every((volume) => named.includes(volume));
}

function reserved(volume: string): SatsumaError {
  return new SatsumaError(
    'volume_in_use',
    `the volume ${volume} is that of the routers, with the keys of certificates: it is free after "satsuma router down"`,
  );
}
