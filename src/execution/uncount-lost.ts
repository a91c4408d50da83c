import { isQuotaClaim } from '../model/project.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';
import { bare } from '../state/containers/stopped.ts';
import type { ReserveOptions } from './reserve-options.ts';

/**
 * What a container holds of its project's quota goes over to the one that takes its place on another engine, when its own
 * is lost: its record keeps all else. Should the engine come back, its resync counts again what runs there. True: something
 * was given back.
 */
export async function uncountLost(
  { store, cache }: Pick<Cluster, 'store' | 'cache'>,
  { replica, task, replaces }: Pick<ReserveOptions, 'replica' | 'task' | 'replaces'>,
): Promise<boolean> {
  let isFreed = false;
  for (const reservation of predecessors()) {
    const record = cache.record(reservation.id);
    if (record?.value.state !== 'bound' || !isLost(record.value)) continue;
    const claims = record.value.claims.filter((claim) => !isQuotaClaim(claim));
    if (claims.length === record.value.claims.length) continue;
    const { containerId } = record.value;
    const freed = await store.adopt({ ...bare(record.value), claims }, containerId, { ifVersion: record.version });
    isFreed ||= freed;
  }
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

  function isLost({ engineId }: Reservation): boolean {
    if (!cache.hasEngine(engineId)) return true;
    const { intent, condition } = cache.engine(engineId).value;
    return intent === 'lost' || condition !== 'ok';
  }
}
