import { removeReplica } from '../execution/remove-replica.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';

/**
 * Removes the containers of services and jobs that were removed while an engine was down, once that engine is back.
 * Their reservations stay in the ledger until then. Only owners with a tombstone count as removed: an owner without one
 * may be a service of a lost store that is about to be restored. Part of the controller loop.
 */
export class OwnerCleanup {
  readonly #cluster: Cluster;
  readonly #semaphore: Semaphore;
  readonly #wake: () => void;
  readonly #underWay = new Set<string>();

  constructor(cluster: Cluster, semaphore: Semaphore, wake: () => void) {
    this.#cluster = cluster;
    this.#semaphore = semaphore;
    this.#wake = wake;
  }

  async pass(): Promise<void> {
    const { cache, store } = this.#cluster;
    const reachable = cache.ownerless().filter(({ engineId }) => isReachable(this.#cluster, engineId));
    for (const owner of new Set(reachable.map(ownerOf))) {
      if (owner === undefined || !(await store.read('tombstone', owner))) continue;
      for (const each of reachable) if (ownerOf(each) === owner) this.#remove(each);
    }
  }

  #remove({ id, engineId, containerId }: Reservation): void {
    if (containerId === undefined || this.#underWay.has(id)) return;
    this.#underWay.add(id);
    const reason = 'its service or job was removed';
    void this.#semaphore
      .run(() => removeReplica(this.#cluster, { id, engineId, containerId, reason }))
      .catch((error: unknown) => this.#cluster.logger.error({ err: error, engineId, containerId }, 'not removed'))
      .finally(() => {
        this.#underWay.delete(id);
        this.#wake();
      });
  }
}

function ownerOf({ replica, task }: Reservation): string | undefined {
  return replica?.serviceId ?? task?.jobId;
}

export function isReachable({ cache }: Pick<Cluster, 'cache'>, engineId: string): boolean {
  return cache.hasEngine(engineId) && cache.engine(engineId).value.condition !== 'down';
}
