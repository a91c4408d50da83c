import { randomBytes } from 'node:crypto';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { forgetOldEventRecords } from '../images/forget-old-event-records.ts';
import { attemptLease, isOver } from './keyed-request.ts';

const intervalMs = 60 * 60 * 1000;
/** Long enough to remove one record. */
const leaseMs = 10_000;

/** Periodically removes expired answers, and leftovers of pulls of dead servers. Runs on every server. */
export class RequestSweep {
  readonly #cluster: Cluster;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  start(): void {
    this.#loop = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const forget of [forgetOldRequests, forgetOldEventRecords]) {
        await forget(this.#cluster, signal).catch((error: unknown) =>
          this.#cluster.logger.warn({ err: error }, 'old records not removed'),
        );
      }
      await pause(intervalMs, signal);
    }
  }
}

/**
 * Removes expired records. A running request (a pull may take that long) is left alone, because it would be repeated.
 */
export async function forgetOldRequests({ store, clock }: Cluster, signal?: AbortSignal): Promise<void> {
  const old = (await store.list('idempotency')).filter(({ value }) => isOver(value, clock));
  const holder = randomBytes(12).toString('hex');
  for (const { id, version } of old) {
    if (signal?.aborted) return;
    const lease = await store.acquireLease(attemptLease(id), holder, leaseMs);
    if (!lease) continue;
    // If a new request uses the key, the record has another version.
    await store.write([{ kind: 'idempotency', id, ifVersion: version }]);
    // Also removes the lease of a dead server.
    await store.releaseLease(attemptLease(id), lease.token);
  }
}
