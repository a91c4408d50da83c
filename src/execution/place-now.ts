import type { ImageConfig } from '../model/image-config.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { FleetIndex } from '../placement/fleet-index.ts';
import { type Placement, type PlaceRequest, place } from '../placement/place.ts';
import { schedulersFor } from '../placement/schedulers-for.ts';
import type { Cluster } from '../state/cluster.ts';
import { besideOthers } from './beside.ts';
import { whereNamed } from './where-named.ts';
import { wholeVolumes } from './whole-volumes.ts';

/**
 * Those of the type, and what this image config needs on its engine. `isFree`: it may run where the volumes that it names are not, as
 * replicas do, each of which has a volume of its engine. Throws `unknown_type`.
 */
export async function schedulersOf(
  cluster: Cluster,
  image: ImageConfig,
  { isFree = false }: { readonly isFree?: boolean } = {},
): Promise<readonly Scheduler[]> {
  const schedulers = schedulersFor(image.type, cluster.registry);
  const beside = await besideOthers(cluster, image);
  const named = await whereNamed(cluster, isFree ? { ...image, volumes: [], mounts: [] } : image);
  const whole = wholeVolumes(cluster, image);
  return [beside, named, whole, ...schedulers].filter((scheduler) => scheduler !== undefined);
}

/** One decision for a run and for a plan alike: on what is known now, or on another fleet for practice. */
export function placeNow(
  { cache, settings }: Cluster,
  { fleet = cache.fleet(), ...request }: Omit<PlaceRequest, 'fleet' | 'strategy'> & { readonly fleet?: FleetIndex },
): Placement {
  return place({ ...request, fleet, strategy: request.image.strategy ?? settings.strategy });
}
