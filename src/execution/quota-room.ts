import { isLostWith } from '../decisions/services/engine-failure-policy.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { isQuotaClaim } from '../model/project.ts';
import type { Reservation } from '../model/reservation.ts';
import type { EngineRejection } from '../placement/place.ts';
import type { Cluster } from '../state/cluster.ts';
import { bare } from '../state/containers/stopped.ts';
import { fullQuotaFor, quotaRefusal } from '../state/quota-exceeded.ts';
import type { ReserveOptions } from './reserve-options.ts';

type Ledger = Pick<Cluster, 'store' | 'cache'>;
type Successor = Pick<ReserveOptions, 'replica' | 'task' | 'replaces'>;

/**
 * Before a place is sought: what waits for a quota that is full asks again each second, and costs neither a decision nor the
 * ledger a step. Throws `quota_exceeded`. The ledger has the last word.
 */
export async function refuseFullQuota(cluster: Ledger, image: ImageConfig, successor: Successor): Promise<void> {
  if (!fullQuotaFor(cluster, image)) return;
  await cluster.cache.catchUp();
  if (!fullQuotaFor(cluster, image)) return;
  await uncountLost(cluster, successor);
  const refusal = quotaRefusal(cluster, image);
  if (refusal) throw refusal;
}

/** The same for a plan: every engine refuses, with that reason. */
export function rejectionsOfQuota({ cache }: Pick<Cluster, 'cache'>, image: ImageConfig): EngineRejection[] {
  const refusal = quotaRefusal({ cache }, image);
  if (!refusal) return [];
  const { code, message } = refusal;
  return cache.snapshots().map((engine) => ({ engine, code, message }));
}

/**
 * What a container holds of its project's quota goes over to the one that takes its place on another engine, when its own
 * is lost: its record keeps all else. Should the engine come back, its resync counts again what runs there. True: something
 * was given back.
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

/** The same of everything that was lost and has a successor by now, which found room without it. */
export async function uncountReplaced({ store, cache }: Ledger): Promise<void> {
  const isWell = (id: string) => cache.hasEngine(id) && cache.engine(id).value.condition === 'ok';
  for (const engineId of cache.reservedEngineIds()) {
    if (isWell(engineId)) continue;
    for (const reservation of cache.reservations(engineId)) {
      if (reservation.claims.some(isQuotaClaim) && isReplaced(cache, reservation))
        await uncount({ store, cache }, reservation.id);
    }
  }
}

/** By a container that is there, elsewhere. */
function isReplaced(cache: Cluster['cache'], { id, replica, task }: Reservation): boolean {
  const isThere = (each: Reservation) => each.id !== id && each.state === 'bound' && !isLostWith({ cache }, each);
  if (replica) {
    const { service, serviceId, slot } = replica;
    return cache.replicas(service, serviceId).some((each) => each.replica.slot === slot && isThere(each));
  }
  if (!task) return cache.reschedulable().some((each) => each.replaces === id && isThere(each));
  const { jobId, run, slot } = task;
  return cache
    .tasks(task.job)
    .some((each) => each.task.jobId === jobId && each.task.run === run && each.task.slot === slot && isThere(each));
}

async function uncount({ store, cache }: Ledger, id: string): Promise<boolean> {
  const record = cache.record(id);
  if (record?.value.state !== 'bound' || !isLostWith({ cache }, record.value)) return false;
  const claims = record.value.claims.filter((claim) => !isQuotaClaim(claim));
  if (claims.length === record.value.claims.length) return false;
  return await store.adopt({ ...bare(record.value), claims }, record.value.containerId, { ifVersion: record.version });
}
