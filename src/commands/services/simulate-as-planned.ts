import { SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { rejectionByStatus } from '../../placement/place.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import { simulateRollout } from '../../simulation/simulate-rollout.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ServicePlan } from './plan-token.ts';
import { planHash } from './service-plan.ts';

interface Reason {
  readonly code: string;
  readonly message: string;
}

/** Why a plan is not valid any more. */
interface Outdated extends Reason {
  readonly engine?: string;
  readonly slots?: readonly string[];
}

interface Change {
  /** Absent: the service does not exist yet. */
  readonly before?: ServiceRecord | undefined;
  readonly after: ServiceRecord;
  readonly plan?: ServicePlan | undefined;
}

/** Maximum number of reasons in the message; the details have all of them. */
const maxInSentence = 3;

/**
 * Simulates the rollout of a change; with a plan, with its placements. Throws `plan_outdated` if these are not possible
 * any more. Unrelated changes, such as a new engine, do not matter.
 */
export async function simulateAsPlanned(
  cluster: Cluster,
  name: string,
  { before, after, plan }: Change,
): Promise<{ readonly record: ServiceRecord; readonly rolloutPlan: RolloutPlan }> {
  if (plan) refuse(name, changedSincePlan(name, { before, after }, plan));
  await cluster.cache.catchUp();
  const rolloutPlan = simulateRollout(cluster, name, after, plan?.places);
  if (!plan) return { record: after, rolloutPlan };
  refuse(name, misplaced(cluster, rolloutPlan, plan));
  return { record: { ...after, places: plan.places }, rolloutPlan };
}

function changedSincePlan(name: string, { before, after }: Change, plan: ServicePlan): Outdated[] {
  const generation = before?.generation ?? 0;
  if (generation !== plan.generation) {
    const was = plan.generation === 0 ? 'there was no such service' : `it had generation ${plan.generation}`;
    const is = generation === 0 ? 'is none' : `has generation ${generation}`;
    return [{ code: 'service_changed', message: `service ${name} ${is} now, but ${was} when it was planned` }];
  }
  // Request and service are unchanged, so the saved image config must have changed.
  if (planHash(after.spec) === plan.spec) return [];
  return [{ code: 'image_config_changed', message: 'the saved image config that it runs has another version now' }];
}

function misplaced(
  { cache }: Cluster,
  { unchanged, placed, unschedulable }: RolloutPlan,
  { places }: ServicePlan,
): Outdated[] {
  const unchangedOn = new Map(unchanged.map(({ slot, engine }) => [slot, engine]));
  const rejections = new Map(unschedulable.map(({ slot, refused }) => [slot, refused.engines[0]]));
  const desiredSlots = new Set([...unchanged, ...placed, ...unschedulable].map(({ slot }) => slot));
  const reasonOf = (slot: string, engine: string): Reason | undefined => {
    if (!cache.hasEngine(engine)) return { code: 'no_such_engine', message: 'the engine is gone' };
    if (!desiredSlots.has(slot))
      return { code: 'engine_changed', message: 'the service does not run on this engine any more' };
    return rejections.get(slot) ?? rejectionByStatus(cache.snapshot(engine));
  };
  const outdated = new Map<string, Reason & { readonly engine: string; readonly slots: string[] }>();
  for (const [slot, planned] of Object.entries(places)) {
    const engine = unchangedOn.get(slot) ?? planned;
    const reason = reasonOf(slot, engine);
    if (!reason) continue;
    const key = `${engine} ${reason.message}`;
    const known = outdated.get(key);
    if (known) known.slots.push(slot);
    else outdated.set(key, { ...reason, engine, slots: [slot] });
  }
  return [...outdated.values()];
}

function refuse(name: string, outdated: readonly Outdated[]): void {
  if (outdated.length === 0) return;
  const all = outdated.map(({ engine, message }) => (engine === undefined ? message : `${engine}: ${message}`));
  const sentence = `the plan for service ${name} is outdated: ${firstFew(all, maxInSentence, '; ')}`;
  throw new SatsumaError('plan_outdated', sentence, { details: outdated });
}
