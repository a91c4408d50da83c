import { findForChange } from '../../decisions/services/find-service.ts';
import { firstRecord, type ServiceChanges, updated } from '../../decisions/services/next-record.ts';
import type { ServiceRecord, ServiceSpec } from '../../model/service.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import { simulateRollout } from '../../simulation/simulate-rollout.ts';
import type { Cluster } from '../../state/cluster.ts';
import { encodePlan } from './plan-token.ts';
import { planOf } from './service-plan.ts';

export interface PlannedService {
  readonly name: string;
  readonly record: ServiceRecord;
  readonly rolloutPlan: RolloutPlan;
  /** Passed when the service is created or changed, to apply this plan. */
  readonly token: string;
}

/** The request as sent, and its resolved form. */
interface ResolvedRequest<T> {
  readonly requestBody: unknown;
  readonly resolved: T;
}

/** Plans the creation of a service. Changes nothing. */
export async function planCreation(
  cluster: Cluster,
  name: string,
  { requestBody, resolved }: ResolvedRequest<ServiceSpec>,
): Promise<PlannedService> {
  return await plan(cluster, { name, requestBody, before: undefined, after: firstRecord(resolved) });
}

/** Plans a change of a service. Changes nothing. Throws what `updateService` throws. */
export async function planUpdate(
  cluster: Cluster,
  name: string,
  {
    requestBody,
    resolved,
    ifGeneration,
  }: ResolvedRequest<ServiceChanges> & { readonly ifGeneration: number | undefined },
): Promise<PlannedService> {
  const { value: before } = await findForChange(cluster, name, { ifGeneration });
  return await plan(cluster, { name, requestBody, before, after: updated(name, before, resolved) });
}

interface Planning {
  readonly name: string;
  readonly requestBody: unknown;
  readonly before: ServiceRecord | undefined;
  readonly after: ServiceRecord;
}

async function plan(cluster: Cluster, planning: Planning): Promise<PlannedService> {
  const { name, after } = planning;
  await cluster.cache.catchUp();
  const rolloutPlan = simulateRollout(cluster, name, after);
  return { name, record: after, rolloutPlan, token: encodePlan(planOf(cluster, { ...planning, rolloutPlan })) };
}
