import { amountOf } from '../model/claim.ts';
import { SatsumaError } from '../model/errors.ts';
import { projectOf } from '../model/image-config.ts';
import { type QuotaField, quotaClaims, quotaKey, quotaOf, quotaResources, unsizedKeys } from '../model/project.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { ReserveResult } from '../store/store.ts';
import type { Cluster } from './cluster.ts';

/** A full quota, for an answer; in CPUs or MB. */
export interface QuotaShortage {
  readonly project: string;
  readonly resource: 'cpus' | 'memory' | 'containers' | 'gpus';
  /** The amount that the container needs, or needs in addition. */
  readonly wanted: number;
  readonly left: number;
  readonly limit: number;
  /** The largest holders, in descending order. */
  readonly held_by: readonly { readonly name: string; readonly amount: number }[];
  /** The message for whoever does not see all engines. */
  readonly scoped_message: string;
}

const namedHolders = 3;

/** A full quota, as the ledger reports it. */
type FullQuota = Pick<Extract<ReserveResult, { readonly reason: 'quota' }>, 'key' | 'used' | 'limit'>;

const units = { cpus: 'cpus', memory: 'MB of memory', containers: 'containers', gpus: 'GPUs' } as const;

/** The error for an exceeded quota. `had`: what the container already holds. */
export function quotaExceeded(
  { cache }: Pick<Cluster, 'cache'>,
  reservation: Pick<NewReservation, 'claims'>,
  { key, used, limit }: FullQuota,
  had?: Pick<NewReservation, 'claims'>,
): SatsumaError {
  const { project = '', field = '' } = quotaOf(key) ?? {};
  const resource = quotaResources[field as QuotaField];
  const scaled = (amount: number) => (resource === 'cpus' ? amount / 1000 : amount);
  const lack = {
    ...{ project, resource, wanted: scaled(amountOf(reservation, key) - (had ? amountOf(had, key) : 0)) },
    ...{ left: scaled(Math.max(0, limit - used)), limit: scaled(limit) },
    held_by: cache.quotas.largest(key).map(([name, amount]) => ({ name, amount: scaled(amount) })),
  };
  const max = lack.held_by.slice(0, namedHolders).map(({ name, amount }) => `${name} (${amount})`);
  const by = max.length === 0 ? '' : `; most is held by ${max.join(', ')}`;
  const sentence = `the quota of project ${project} has no room: ${lack.wanted} ${units[resource]} wanted, ${lack.left} of ${lack.limit} left`;
  const details: QuotaShortage = { ...lack, scoped_message: sentence };
  return new SatsumaError('quota_exceeded', `${sentence}${by}`, { details });
}

/** Refuses a container without a declared size, which would evade the quota. Throws `quota_exceeded`. */
export function refuseWithoutSize(cluster: Pick<Cluster, 'cache'>, image: NewReservation['image']): void {
  const refusal = refusalWithoutSize(cluster, image);
  if (refusal) throw refusal;
}

function refusalWithoutSize(
  { cache }: Pick<Cluster, 'cache'>,
  image: NewReservation['image'],
): SatsumaError | undefined {
  const project = projectOf(image);
  const { quota = {} } = cache.projects.get(project)?.value ?? {};
  const unsized = unsizedKeys(image);
  for (const field of ['cpu', 'memory', 'gpus'] as const satisfies readonly QuotaField[]) {
    const name = quotaResources[field];
    if (quota[field] === undefined || !unsized.includes(quotaKey(project, field))) continue;
    const sentence = `the project ${project} has a quota of ${name}: say how much the container takes (--${name})`;
    return new SatsumaError('quota_exceeded', sentence, { details: { project, resource: name } });
  }
  return undefined;
}

/** The quota error that a container would get. `used`: as in `fullQuotaFor`. */
export function quotaRefusal(
  cluster: Pick<Cluster, 'cache'>,
  image: NewReservation['image'],
  used?: (key: string) => number,
): SatsumaError | undefined {
  const full = fullQuotaFor(cluster, image, used);
  return refusalWithoutSize(cluster, image) ?? (full && quotaExceeded(cluster, { claims: quotaClaims(image) }, full));
}

/** The quota without room for one more container, by the cached usage or by `used`; undefined: there is room. */
export function fullQuotaFor(
  { cache }: Pick<Cluster, 'cache'>,
  image: NewReservation['image'],
  used: (key: string) => number = (key) => cache.quotas.used(key),
): FullQuota | undefined {
  const quota = cache.projects.get(projectOf(image))?.value.quota ?? {};
  for (const { key, amount } of quotaClaims(image)) {
    const limit = quota[quotaOf(key)?.field as QuotaField];
    if (limit !== undefined && used(key) + amount > limit) return { key, used: used(key), limit };
  }
  return undefined;
}
