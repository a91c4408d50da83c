import type { Request } from '@hapi/hapi';
import Joi from 'joi';
import type { NewServiceBody, ServiceChangesBody } from '../../../api/service.ts';
import type { ServicePlan } from '../../../commands/services/plan-token.ts';
import { planFor } from '../../../commands/services/service-plan.ts';
import type { ServiceChanges } from '../../../decisions/services/next-record.ts';
import { projectOf } from '../../../model/image-config.ts';
import type { ServiceSpec } from '../../../model/service.ts';
import { defaultUpdate, serviceDefaults } from '../../../model/service-defaults.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { policyOfCaller, underPolicy } from '../../under-policy.ts';
import { refuseLinks, refuseOtherProjects, withConstraints } from '../../within-scope.ts';
import { type PlacementOptions, resolveServiceImage } from './image.ts';

/** Throws `forbidden` if a policy refuses it. */
export async function specOf(
  cluster: Cluster,
  request: Pick<Request, 'app'>,
  { name: _, image, from, constraints, spread, update, ...rest }: NewServiceBody,
): Promise<ServiceSpec> {
  refuseLinks(cluster, request, rest.links);
  const asked = { image, from, ...placementOptionsOf({ constraints, spread }) };
  return {
    ...serviceDefaults,
    ...rest,
    image: underPolicy(cluster, request, await resolveServiceImage(cluster, asked, request.app.scope)),
    update: { ...defaultUpdate, ...update },
  };
}

/** Throws `forbidden` if a policy refuses it. */
export async function changesOf(
  cluster: Cluster,
  request: Pick<Request, 'app'>,
  name: string,
  { name: _, generation: __, image, from, constraints, spread, ...changes }: ServiceChangesBody,
): Promise<ServiceChanges> {
  const { scope } = request.app;
  refuseLinks(cluster, request, changes.links);
  if (image !== undefined || from !== undefined) {
    const asked = { image, from, ...placementOptionsOf({ constraints, spread }) };
    const whole = await resolveServiceImage(cluster, asked, scope);
    return { ...changes, image: underPolicy(cluster, request, whole) };
  }
  refuseOtherProjects(request.app, constraints);
  const project = projectOf(cluster.cache.services.get(name)?.value.spec.image ?? {});
  // Changed constraints must keep those of the caller's scope.
  const held = constraints && withConstraints(scope, constraints, project);
  // The caller's policy must apply to changes of links, too, because replicas get the environment of linked services.
  const policy = policyOfCaller(cluster, request)?.name;
  return { ...changes, placementOptions: placementOptionsOf({ constraints: held, spread }), policy };
}

/** `?plan=TOKEN`: carries out the change as planned, or fails. */
export const planQuery = Joi.object({ plan: Joi.string() });

export interface PlanQuery {
  readonly Query: { readonly plan?: string };
}

/** Throws `invalid`. */
export function planIn({ plan }: PlanQuery['Query'], name: string, body: ServiceChangesBody): ServicePlan | undefined {
  return plan === undefined ? undefined : planFor(name, plan, askedIn(body));
}

/**
 * The part of a request that a plan covers. The name and the generation are left out: they may be in the path, or
 * absent.
 */
export function askedIn({ name: _, generation: __, ...asked }: ServiceChangesBody): object {
  return asked;
}

function placementOptionsOf({
  constraints,
  spread,
}: { readonly [Key in keyof PlacementOptions]: PlacementOptions[Key] | undefined }): PlacementOptions {
  return { ...(constraints && { constraints }), ...(spread && { spread }) };
}
