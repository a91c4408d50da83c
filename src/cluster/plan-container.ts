import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Scheduler } from '../model/scheduler.ts';
import { type Explanation, explain } from '../placement/explain.ts';
import { type Candidate, type Placement, place } from '../placement/place.ts';
import { schedulersFor } from '../placement/schedulers-for.ts';
import type { Cluster } from './cluster.ts';

export interface Plan {
  readonly candidates: readonly Candidate[];
  readonly refused: Explanation;
}

/** Where a container would go now; changes nothing. */
export async function planContainer(cluster: Cluster, image: ImageConfig): Promise<Plan> {
  await cluster.mirror.catchUp();
  const placement = placeNow(cluster, image, schedulersFor(image.type, cluster.registry), cluster.turns.peek());
  return { candidates: [...placement.candidates()], refused: explain(placement.refusals()) };
}

/** One decision on what is known now, for a run and for a plan alike. */
export function placeNow(
  { mirror, settings }: Cluster,
  image: ImageConfig,
  schedulers: readonly Scheduler[],
  turn: number,
  isOpen?: (engine: EngineSnapshot) => boolean,
): Placement {
  const strategy = image.strategy ?? settings.strategy;
  return place({ image, schedulers, fleet: mirror.fleet(), turn, strategy, isOpen });
}
