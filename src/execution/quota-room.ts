import { isLostWith } from '../decisions/services/engine-failure-policy.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { isQuotaClaim } from '../model/project.ts';
import type { Reservation } from '../model/reservation.ts';
import type { EngineRejection } from '../placement/place.ts';
import type { Cluster } from '../state/cluster.ts';
import { bare } from '../state/containers/stopped.ts';
import { fullQuotaFor, type QuotaShortage, quotaRefusal } from '../state/quota-exceeded.ts';
import type { ReserveOptions } from './reserve-options.ts';

type Ledger = Pick<Cluster, 'store' | 'cache'>;
type Successor = Pick<ReserveOptions, 'replica' | 'task' | 'replaces'>;

/**
 * Checks the quota before placement: containers waiting for a full quota retry each second, and should not cost a
 * placement or a ledger operation. Throws `quota_exceeded`. The ledger decides.
 */
export async function refuseFullQuota(cluster: Ledger, image: ImageConfig, successor: Successor): Promise<void> {
  if (!fullQuotaFor(cluster, image)) return;
  await cluster.cache.catchUp();
  if (!fullQuotaFor(cluster, image)) return;
  await uncountLost(cluster, successor);
  const refusal = quotaRefusal(cluster, image);
  if (refusal) throw refusal;
}

/** The same for a plan: every engine rejects with that reason. */
export function rejectionsOfQuota({ cache }: Pick<Cluster, 'cache'>, image: ImageConfig): EngineRejection[] {
  const refusal = quotaRefusal({ cache }, image);
  if (!refusal) return [];
  const { code, message, details } = refusal;
  const { scoped_message: scopedMessage } = Object(details) as Partial<QuotaShortage>;
  return cache.snapshots().map((engine) => ({ engine, code, message, ...(scopedMessage && { scopedMessage }) }));
}

/**
 * Transfers the quota claims of a container whose engine is lost to its replacement; its record keeps all other claims.
 * If the engine comes back, its resync counts the running container again. True: some claims were released.
 */
export async function uncountLost({ store, cache }: Ledger, { replica, task, replaces }: Successor): Promise<boolean> {
  let isFreed = false;
  for (const { id } of predecessors()) isFreed = (await uncount({ store, cache }, id)) || isFreed;
  if (isFreed) await cache.catchUp();
  return isFreed;

  function predecessors(): readonly Pick<Reservation, 'id'>[] {
    if (replaces) return [replaces];
    if (replica) {
      const { service, serviceId, slot } = replica;
      return cache.replicas(service, serviceId).filter((each) => each.replica.slot === slot);
    }
    if (!task) return [];
    const { job, jobId, run, slot } = task;
    return cache.tasks(job).filter(({ task: each }) => each.jobId === jobId && each.run === run && each.slot === slot);
  }
}

/** The same for all lost containers that were already replaced without needing their quota. */
export async function uncountReplaced({ store, cache }: Ledger): Promise<void> {
  const isWell = (id: string) => cache.hasEngine(id) && cache.engine(id).value.condition === 'ok';
  const lost = cache
    .reservedEngineIds()
    .filter((id) => !isWell(id))
    .flatMap((id) => cache.reservations(id))
    .filter((each) => each.claims.some(isQuotaClaim) && isLostWith({ cache }, each));
  if (lost.length === 0) return;
  const filled = new Set(cache.reservations().flatMap((each) => (isThere(cache, each) ? placesOf(each) : [])));
  for (const each of lost) {
    if (placesOf({ ...each, replaces: each.id }).some((place) => filled.has(place)))
      await uncount({ store, cache }, each.id);
  }
}

function isThere(cache: Cluster['cache'], reservation: Reservation): boolean {
  return reservation.state === 'bound' && !isLostWith({ cache }, reservation);
}

/** What a container occupies: the slot of a service or job, or the place of its predecessor. */
function placesOf({ replica, task, replaces }: Pick<Reservation, 'replica' | 'task' | 'replaces'>): string[] {
  if (replica) return [`service ${replica.service} ${replica.serviceId} ${replica.slot}`];
  if (task) return [`job ${task.job} ${task.jobId} ${task.run} ${task.slot}`];
  return replaces === undefined ? [] : [`container ${replaces}`];
}

async function uncount({ store, cache }: Ledger, id: string): Promise<boolean> {
  const record = cache.record(id);
  if (record?.value.state !== 'bound' || !isLostWith({ cache }, record.value)) return false;
  const claims = record.value.claims.filter((claim) => !isQuotaClaim(claim));
  if (claims.length === record.value.claims.length) return false;
  return await store.adopt({ ...bare(record.value), claims }, record.value.containerId, { ifVersion: record.version });
}
