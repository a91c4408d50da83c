import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';

const shortestMs = 1_000;
const longestMs = 60_000;

/**
 * Parts of a loop that fail each for itself: one that failed is left alone for a while, longer each time, and the others
 * go on.
 */
export class Separately {
  readonly #cluster: Pick<Cluster, 'clock' | 'logger' | 'store'>;
  readonly #failed = new Map<string, { readonly failures: number; readonly notBefore: number }>();

  constructor(cluster: Pick<Cluster, 'clock' | 'logger' | 'store'>) {
    this.#cluster = cluster;
  }

  /** Throws `reservation_lost` where another server leads by now, and `store_unavailable` where the store is away. */
  async run(part: string, work: () => Promise<void> | void): Promise<void> {
    const { clock, logger, store } = this.#cluster;
    const before = this.#failed.get(part);
    if (before && clock.steadyMs() < before.notBefore) return;
    try {
      await work();
      this.#failed.delete(part);
    } catch (error) {
      if (isSatsumaError(error, 'reservation_lost')) throw error;
      // A store that answers refuses this part alone.
      if (isSatsumaError(error, 'store_unavailable')) await store.ping();
      const failures = (before?.failures ?? 0) + 1;
      const againMs = Math.min(longestMs, shortestMs * 2 ** (failures - 1));
      this.#failed.set(part, { failures, notBefore: clock.steadyMs() + againMs });
      logger.error({ err: error, part, againMs }, 'part of the cluster not looked after');
    }
  }

  /** Forgets the parts of this kind that are not there any more. */
  keep(kind: string, parts: ReadonlySet<string>): void {
    for (const part of this.#failed.keys()) if (part.startsWith(kind) && !parts.has(part)) this.#failed.delete(part);
  }
}
