import { amountOf, type Claim } from '../../model/claim.ts';
import { SatsumaError } from '../../model/errors.ts';
import { type QuotaField, quotaOf, quotaResources } from '../../model/project.ts';
import type { NewReservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { unsizedOf } from '../../state/containers/changed-by-hand.ts';

/**
 * A container that is older than its quota may have no declared size. It may use any amount, so its start claims all
 * that is left of the quota, until it stops or declares a size (`update`). One that already ran before the quota keeps
 * its claims. Throws `quota_exceeded` if nothing is left.
 */
export function withRestOfQuota(
  { cache }: Pick<Cluster, 'cache'>,
  reservation: NewReservation,
  { had, isRunning }: { readonly had: Pick<NewReservation, 'claims'>; readonly isRunning: boolean },
): NewReservation {
  const { name, claims } = reservation;
  const rest = unsizedOf(reservation).flatMap((key): Claim[] => {
    const { project = '', field = '' } = quotaOf(key) ?? {};
    const held = amountOf(had, key);
    const limit = limitOf({ cache }, key);
    const amount = isRunning ? held : limit === undefined ? 0 : limit - (cache.quotas.used(key) - held);
    if (amount > 0) return [{ key, amount, limit: null }];
    if (isRunning || limit === undefined) return [];
    const resource = quotaResources[field as QuotaField];
    const [max] = cache.quotas.largest(key);
    const by = max ? `, most of it by ${max[0]}` : '';
    const remedy = resource === 'gpus' ? 'run it anew with a number of them' : `satsuma update --${resource} N ${name}`;
    const lack = `container ${name} does not say how much it takes of the quota of ${resource} of project ${project}, and all of it is taken`;
    const sentence = (holder: string) => `${lack}${holder}: say it first (${remedy})`;
    const details = { project, resource, scoped_message: sentence('') };
    throw new SatsumaError('quota_exceeded', sentence(by), { details });
  });
  return rest.length === 0 ? reservation : { ...reservation, claims: [...claims, ...rest] };
}

/** Whether its start claims the rest of a quota, even if it holds all its other claims. */
export function takesRestOfQuota(cluster: Pick<Cluster, 'cache'>, reservation: NewReservation): boolean {
  return unsizedOf(reservation).some((key) => limitOf(cluster, key) !== undefined);
}

function limitOf({ cache }: Pick<Cluster, 'cache'>, key: string): number | undefined {
  const { project = '', field = '' } = quotaOf(key) ?? {};
  return cache.projects.get(project)?.value.quota[field as QuotaField];
}

export function isUnsized(reservation: NewReservation, key: string): boolean {
  return unsizedOf(reservation).includes(key);
}
