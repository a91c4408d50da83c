import { placeNow, schedulersOf } from '../../execution/place-now.ts';
import { rejectionsOfQuota } from '../../execution/quota-room.ts';
import { rejectionsOfName } from '../../execution/taken-name.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { type Explanation, explain, explainWithAdvice } from '../../placement/explain.ts';
import type { Candidate } from '../../placement/place.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface Plan {
  readonly candidates: readonly Candidate[];
  readonly refused: Explanation;
}

/** Where a container would be placed now. Changes nothing. */
export async function planContainer(cluster: Cluster, image: ImageConfig): Promise<Plan> {
  await cluster.cache.catchUp();
  const refusedByName = rejectionsOfName(cluster, image);
  if (refusedByName.length > 0) return { candidates: [], refused: explain(refusedByName) };
  const refusedByQuota = rejectionsOfQuota(cluster, image);
  if (refusedByQuota.length > 0) return { candidates: [], refused: explain(refusedByQuota) };
  return await planPlacement(cluster, image);
}

/** Where the schedulers would place it, whatever its name and the quota of its project. Changes nothing. */
export async function planPlacement(cluster: Cluster, image: ImageConfig): Promise<Plan> {
  const schedulers = await schedulersOf(cluster, image);
  const placement = placeNow(cluster, {
    image,
    schedulers,
    turn: cluster.placementCounter.peek(),
    limit: Number.POSITIVE_INFINITY,
  });
  const { candidates } = placement;
  const rejections = placement.rejections();
  return {
    candidates,
    refused: candidates.length > 0 ? explain(rejections) : explainWithAdvice(rejections, { image, schedulers }),
  };
}
