import { randomBytes } from 'node:crypto';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { forgetOldPulls } from '../images/forget-old-pulls.ts';
import { attemptLease, isOver } from './keyed-request.ts';

const intervalMs = 60 * 60 * 1000;
/** Long enough to remove one record. */
const leaseMs = 10_000;

/** The loop that forgets the answers of yesterday's requests, and what servers that died left of their pulls. Every server may have one. */
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
      for (const forget of [forgetOldRequests, forgetOldPulls]) {
        await forget(this.#cluster, signal).catch((error: unknown) =>
          this.#cluster.logger.warn({ err: error }, 'old records not forgotten'),
        );
      }
      await pause(intervalMs, signal);
    }
  }
}

/**
 * Removes the records whose day is over. One that still runs (a pull may take that long) is left: it would begin anew.
 */
export async function forgetOldRequests({ store, clock }: Cluster, signal?: AbortSignal): Promise<void> {
  const old = (await store.list('idempotency')).filter(({ value }) => isOver(value, clock));
  const holder = randomBytes(12).toString('hex');
  for (const { id, version } of old) {
    if (signal?.aborted) return;
    const lease = await store.acquireLease(attemptLease(id), holder, leaseMs);
    if (!lease) continue;
    // A new request may have come under the key; it is another version then.
    await store.write([{ kind: 'idempotency', id, ifVersion: version }]);
    // What a server that died left of its lease goes with it.
    await store.releaseLease(attemptLease(id), lease.token);
  }
}
