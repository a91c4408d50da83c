import { keptForRouters } from '../decisions/domains/kept-for-routers.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { namedVolumes } from '../model/image-needs.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { FleetIndex } from '../placement/fleet-index.ts';
import { type Placement, type PlaceRequest, place } from '../placement/place.ts';
import { schedulersFor } from '../placement/schedulers-for.ts';
import type { Cluster } from '../state/cluster.ts';
import { besideOthers } from './beside.ts';
import { schedulerForNamedResources } from './scheduler-for-named-resources.ts';

/**
 * The schedulers of the type, and those for this image config's dependencies. `isFree`: it may run on engines without
 * its named volumes, as replicas do, which use a volume per engine. Throws `unknown_type`.
 */
export async function schedulersOf(
  cluster: Cluster,
  image: ImageConfig,
  { isFree = false }: { readonly isFree?: boolean } = {},
): Promise<readonly Scheduler[]> {
  const schedulers = schedulersFor(image.type, cluster.registry);
  const beside = await besideOthers(cluster, image);
  const named = await schedulerForNamedResources(cluster, isFree ? { ...image, volumes: [], mounts: [] } : image);
  const whole = wholeVolumes(cluster, image);
  const kept = keptForRouters(cluster, image);
  return [beside, named, whole, kept, ...schedulers].filter((scheduler) => scheduler !== undefined);
}

/** The placement for runs and plans: on the current fleet, or on a simulated one. */
export function placeNow(
  { cache, settings }: Cluster,
  { fleet = cache.fleet(), ...request }: Omit<PlaceRequest, 'fleet' | 'strategy'> & { readonly fleet?: FleetIndex },
): Placement {
  return place({ ...request, fleet, strategy: request.image.strategy ?? settings.strategy });
}

/**
 * For a container with named volumes: a scheduler for this request that rejects engines to which one of them is being
 * copied. Evaluated at each decision, so that a copy that starts meanwhile is respected.
 */
function wholeVolumes({ cache }: Cluster, image: ImageConfig): Scheduler | undefined {
  const names = new Set(namedVolumes(image));
  if (names.size === 0) return undefined;
  return {
    name: 'whole-volumes',
    description: 'the volumes that it names are not being copied to the engine',
    prepare() {
      const copies = cache.volumeCopies.all().filter(({ value }) => !value.isWhole && names.has(value.name));
      if (copies.length === 0) return undefined;
      const byEngine = new Map(copies.map(({ value: { name, to } }) => [to, name]));
      return ({ id }) => {
        const name = byEngine.get(id);
        if (name === undefined) return undefined;
        return {
          code: 'volume_copying',
          message: `the volume ${name} is being copied to this engine, and is not complete yet`,
        };
      };
    },
  };
}
