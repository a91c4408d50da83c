import { placeNow, schedulersOf } from '../../execution/place-now.ts';
import { rejectionsOfName } from '../../execution/taken-name.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { type Explanation, explain } from '../../placement/explain.ts';
import type { Candidate } from '../../placement/place.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface Plan {
  readonly candidates: readonly Candidate[];
  readonly refused: Explanation;
}

/** Where a container would go now; changes nothing. */
export async function planContainer(cluster: Cluster, image: ImageConfig): Promise<Plan> {
  await cluster.cache.catchUp();
  const refusedByName = rejectionsOfName(cluster, image);
  if (refusedByName.length > 0) return { candidates: [], refused: explain(refusedByName) };
  const placement = placeNow(cluster, {
    image,
    schedulers: await schedulersOf(cluster, image),
    turn: cluster.placementCounter.peek(),
    limit: Number.POSITIVE_INFINITY,
  });
  return { candidates: placement.candidates, refused: explain(placement.rejections()) };
}
