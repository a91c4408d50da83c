import { isDeepStrictEqual } from 'node:util';
import { placeNow, schedulersOf } from '../../execution/place-now.ts';
import { explainWithAdvice } from '../../placement/explain.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type ShownService, showService } from './show-service.ts';

/** What whoever asks for one service is told. `rolloutPlan`: see `showService`. Throws `no_such_service`. */
export async function showExplained(cluster: Cluster, name: string, rolloutPlan?: RolloutPlan): Promise<ShownService> {
  return await explainWaits(cluster, await showService(cluster, name, rolloutPlan));
}

/**
 * The store keeps, for each slot that waits for room, how many engines gave which reason, and one engine's reason in full.
 * Here the first slot gets the table of all engines, as it is now; the others wait for the same, or say how theirs differs.
 */
export async function explainWaits(cluster: Cluster, shown: ShownService): Promise<ShownService> {
  const { name, record, waiting } = shown;
  const first = waiting.findIndex(({ code }) => code === 'unschedulable');
  // Each slot of a global service waits for one engine, of which all is said.
  if (first < 0 || record.spec.replicas === 'global') return shown;
  const { image } = record.spec;
  const schedulers = await schedulersOf(cluster, image, { isFree: true });
  const placement = placeNow(cluster, {
    image,
    schedulers,
    turn: cluster.placementCounter.peek(),
    service: name,
  });
  // There is room by now: why there was none is what is on record.
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
