import { holdCopy } from '../execution/volumes/copy-lease.ts';
import { discardCopy } from '../execution/volumes/discard-copy.ts';
import type { Cluster } from '../state/cluster.ts';

/** Delay before the next attempt at the same copy. */
const againMs = 5_000;
const atOnce = 4;

/** Cleans up volume copies that killed servers left unfinished. Part of the controller loop. */
export class AbandonedCopies {
  readonly #cluster: Cluster;
  readonly #underWay = new Set<string>();
  readonly #notBefore = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** `isKept`: a service move will continue this copy. */
  pass(isKept: (id: string) => boolean): void {
    const { cache, clock } = this.#cluster;
    const ids = new Set(cache.volumeCopies.ids());
    for (const id of this.#notBefore.keys()) if (!ids.has(id)) this.#notBefore.delete(id);
    const now = clock.steadyMs();
    for (const id of ids) {
      if (this.#underWay.size >= atOnce) return;
      if (this.#underWay.has(id) || isKept(id) || now < (this.#notBefore.get(id) ?? 0)) continue;
      this.#notBefore.set(id, now + againMs);
      this.#underWay.add(id);
      void this.#takeUp(id).finally(() => this.#underWay.delete(id));
    }
  }

  async #takeUp(id: string): Promise<void> {
    const { cache, logger } = this.#cluster;
    try {
      // A server that is still copying holds this lease.
      const lease = await holdCopy(this.#cluster, id);
      if (!lease) return;
      try {
        await cache.catchUp();
        const left = cache.volumeCopies.get(id);
        if (left) await discardCopy(this.#cluster, { id, value: left.value, fence: lease.fence });
      } finally {
        await lease.end();
      }
    } catch (error) {
      const volume = cache.volumeCopies.get(id)?.value.name;
      logger.warn({ err: error, volume }, 'abandoned volume copy not removed yet');
    }
  }
}
