import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';

const minMs = 1_000;
const maxMs = 60_000;

/**
 * Runs the parts of a loop so that they fail independently. A failed part is retried with exponential backoff; the
 * other parts continue.
 */
export class IsolatedRunner {
  readonly #cluster: Pick<Cluster, 'clock' | 'logger' | 'store'>;
  readonly #failed = new Map<string, { readonly failures: number; readonly notBefore: number }>();

  constructor(cluster: Pick<Cluster, 'clock' | 'logger' | 'store'>) {
    this.#cluster = cluster;
  }

  /** Throws `reservation_lost` if another server leads now, and `store_unavailable` if the store does not answer. */
  async run(part: string, work: () => Promise<void> | void): Promise<void> {
    const { clock, logger, store } = this.#cluster;
    const before = this.#failed.get(part);
    if (before && clock.steadyMs() < before.notBefore) return;
    try {
      await work();
      this.#failed.delete(part);
    } catch (error) {
      if (isSatsumaError(error, 'reservation_lost')) throw error;
      // If the store answers a ping, only this part failed.
      if (isSatsumaError(error, 'store_unavailable')) await store.ping();
      const failures = (before?.failures ?? 0) + 1;
      const againMs = Math.min(maxMs, minMs * 2 ** (failures - 1));
      this.#failed.set(part, { failures, notBefore: clock.steadyMs() + againMs });
      logger.error({ err: error, part, againMs }, 'part of the controller loop failed');
    }
  }

  /** Forgets parts with this prefix that do not exist any more. */
  keep(kind: string, parts: ReadonlySet<string>): void {
    for (const part of this.#failed.keys()) if (part.startsWith(kind) && !parts.has(part)) this.#failed.delete(part);
  }
}
