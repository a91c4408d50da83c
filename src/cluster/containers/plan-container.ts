import type { ImageConfig } from '../../model/image-config.ts';
import type { Scheduler } from '../../model/scheduler.ts';
import { type Explanation, explain } from '../../placement/explain.ts';
import type { FleetIndex } from '../../placement/fleet-index.ts';
import { type Candidate, type Placement, type PlaceRequest, place } from '../../placement/place.ts';
import { schedulersFor } from '../../placement/schedulers-for.ts';
import type { Cluster } from '../cluster.ts';
import { besideOthers } from './beside.ts';
import { refusalsOfName } from './taken-name.ts';

export interface Plan {
  readonly candidates: readonly Candidate[];
  readonly refused: Explanation;
}

/** Where a container would go now; changes nothing. */
export async function planContainer(cluster: Cluster, image: ImageConfig): Promise<Plan> {
  await cluster.mirror.catchUp();
  const refusedByName = refusalsOfName(cluster, image);
  if (refusedByName.length > 0) return { candidates: [], refused: explain(refusedByName) };
  const placement = placeNow(cluster, {
    image,
    schedulers: await schedulersOf(cluster, image),
    turn: cluster.turns.peek(),
    limit: Number.POSITIVE_INFINITY,
  });
  return { candidates: placement.candidates, refused: explain(placement.refusals()) };
}

/** Those of the type, and what this image config needs on its engine. Throws `unknown_type`. */
export async function schedulersOf(cluster: Cluster, image: ImageConfig): Promise<readonly Scheduler[]> {
  const schedulers = schedulersFor(image.type, cluster.registry);
  const beside = await besideOthers(cluster, image);
  return beside ? [beside, ...schedulers] : schedulers;
}

/** One decision for a run and for a plan alike: on what is known now, or on another fleet for practice. */
export function placeNow(
  { mirror, settings }: Cluster,
  { fleet = mirror.fleet(), ...request }: Omit<PlaceRequest, 'fleet' | 'strategy'> & { readonly fleet?: FleetIndex },
): Placement {
  return place({ ...request, fleet, strategy: request.image.strategy ?? settings.strategy });
}
