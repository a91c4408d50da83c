import { isDeepStrictEqual } from 'node:util';
import { placeNow, schedulersOf } from '../../execution/place-now.ts';
import { explainWithAdvice } from '../../placement/explain.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type ShownService, showService } from './show-service.ts';

/** The full status of one service. `rolloutPlan`: see `showService`. Throws `no_such_service`. */
export async function showExplained(cluster: Cluster, name: string, rolloutPlan?: RolloutPlan): Promise<ShownService> {
  return await explainWaits(cluster, await showService(cluster, name, rolloutPlan));
}

/**
 * For each slot that waits for room, the store keeps the number of engines per reason, and one engine's reason in full.
 * This computes the full table of all engines for the first such slot; the other slots share it, or show how theirs
 * differs.
 */
export async function explainWaits(cluster: Cluster, shown: ShownService): Promise<ShownService> {
  const { name, record, waiting } = shown;
  const first = waiting.findIndex(({ code }) => code === 'unschedulable');
  // A slot of a global service waits for one engine, whose reason is stored in full.
  if (first < 0 || record.spec.replicas === 'global') return shown;
  const { image } = record.spec;
  const schedulers = await schedulersOf(cluster, image, { isFree: true });
  const placement = placeNow(cluster, {
    image,
    schedulers,
    turn: cluster.placementCounter.peek(),
    service: name,
  });
  // There is room by now: the stored reason stays.
  if (placement.candidates.length > 0) return shown;
  const details = explainWithAdvice(placement.rejections(), { image, schedulers });
  return {
    ...shown,
    waiting: waiting.map((wait, index) => {
      if (index === first) return { ...wait, details };
      const isSame = isDeepStrictEqual(wait.details, waiting[first]?.details);
      return isSame ? { ...wait, details: { counts: details.counts, engines: details.engines.slice(0, 1) } } : wait;
    }),
  };
}
