import Joi from 'joi';
import type { NewServiceBody, ServiceChangesBody } from '../../../api/service.ts';
import type { ServicePlan } from '../../../commands/services/plan-token.ts';
import { planFor } from '../../../commands/services/service-plan.ts';
import type { ServiceChanges } from '../../../decisions/services/next-record.ts';
import type { ServiceSpec } from '../../../model/service.ts';
import { defaultUpdate, serviceDefaults } from '../../../model/service-defaults.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { type PlacementOptions, resolveServiceImage } from './image.ts';

export async function specOf(
  cluster: Cluster,
  { name: _, image, from, constraints, spread, update, ...rest }: NewServiceBody,
): Promise<ServiceSpec> {
  return {
    ...serviceDefaults,
    ...rest,
    image: await resolveServiceImage(cluster, { image, from, ...placementOptionsOf({ constraints, spread }) }),
    update: { ...defaultUpdate, ...update },
  };
}

export async function changesOf(
  cluster: Cluster,
  { name: _, generation: __, image, from, constraints, spread, ...changes }: ServiceChangesBody,
): Promise<ServiceChanges> {
  const placementOptions = placementOptionsOf({ constraints, spread });
  const isOther = image !== undefined || from !== undefined;
  return isOther
    ? { ...changes, image: await resolveServiceImage(cluster, { image, from, ...placementOptions }) }
    : { ...changes, placementOptions };
}

/** `?plan=TOKEN`: as it was planned, or not at all. */
export const planQuery = Joi.object({ plan: Joi.string() });

export interface PlanQuery {
  readonly Query: { readonly plan?: string };
}

/** Throws `invalid`. */
export function planIn({ plan }: PlanQuery['Query'], name: string, body: ServiceChangesBody): ServicePlan | undefined {
  return plan === undefined ? undefined : planFor(name, plan, askedIn(body));
}

/** What a plan is of: whether the service is named in the path and a generation is given makes no other one. */
export function askedIn({ name: _, generation: __, ...asked }: ServiceChangesBody): object {
  return asked;
}

function placementOptionsOf({
  constraints,
  spread,
}: { readonly [Key in keyof PlacementOptions]: PlacementOptions[Key] | undefined }): PlacementOptions {
  return { ...(constraints && { constraints }), ...(spread && { spread }) };
}
