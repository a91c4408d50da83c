import { SatsumaError } from '../../model/errors.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { contentHash } from '../../runtime/content-hash.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ServicePlan } from './plan-token.ts';
import { decodePlan } from './plan-token.ts';

export interface Planned {
  readonly name: string;
  readonly requestBody: unknown;
  readonly before: ServiceRecord | undefined;
  readonly after: ServiceRecord;
  readonly rolloutPlan: RolloutPlan;
}

export function planOf({ cache }: Cluster, { name, requestBody, before, after, rolloutPlan }: Planned): ServicePlan {
  const { unchanged, placed } = rolloutPlan;
  const safe = unchanged.filter(({ engine }) => cache.hasEngine(engine) && cache.snapshot(engine).status === 'ok');
  return {
    service: name,
    generation: before?.generation ?? 0,
    asked: planHash(requestBody),
    spec: planHash(after.spec),
    places: Object.fromEntries([...safe, ...placed].map(({ slot, engine }) => [slot, engine])),
  };
}

/**
 * Decodes the token of a plan. Throws `invalid` if it is not a token, or is of another request: the request must be the
 * planned one.
 */
export function planFor(name: string, token: string, requestBody: unknown): ServicePlan {
  const plan = decodePlan(token);
  if (plan.service !== name)
    throw new SatsumaError('invalid', `"plan" is for service ${plan.service}, not for ${name}`);
  if (plan.asked === planHash(requestBody)) return plan;
  throw new SatsumaError('invalid', `"plan" is for another request to ${name}: send the request that was planned`);
}

/** Long enough to detect mistakes. A forged plan gains nothing. */
export function planHash(content: unknown): string {
  return contentHash(content).slice(0, 16);
}
