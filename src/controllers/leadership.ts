import type { Logger } from '../logging/logger.ts';
import { pause } from '../runtime/pause.ts';
import type { Fence, Store } from '../store/store.ts';

const leaseName = 'services';
const leaseMs = 8_000;
/** Between two renewals, and between two tries of those who wait to take over. */
const heartbeatMs = 1_000;

/** Which of the servers looks after the services: whoever holds the lease. All others wait for it to be given up. */
export class Leadership {
  readonly #store: Store;
  readonly #serverId: string;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #held: { readonly token: number; readonly until: number } | undefined;
  #heartbeats: Promise<void> | undefined;

  constructor(store: Store, serverId: string, logger: Logger) {
    this.#store = store;
    this.#serverId = serverId;
    this.#logger = logger;
  }

  start(): void {
    this.#heartbeats = this.#heartbeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#heartbeats;
    if (this.#held) await this.#store.releaseLease(leaseName, this.#held.token).catch(() => undefined);
  }

  /** What this server's writes carry while it leads; undefined while another one does, or the store is away for long. */
  fence(): Fence | undefined {
    if (!this.#held || performance.now() >= this.#held.until) return undefined;
    return { name: leaseName, token: this.#held.token };
  }

  async #heartbeat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // Counted from before the question: the store's lease ends later than ours, never sooner.
      const until = performance.now() + leaseMs;
      try {
        const lease = await this.#store.acquireLease(leaseName, this.#serverId, leaseMs);
        if (lease && lease.token !== this.#held?.token) this.#logger.info({}, 'looking after the services');
        this.#held = lease && { token: lease.token, until };
      } catch (error) {
        this.#logger.debug({ err: error }, 'leadership not renewed');
      }
      await pause(heartbeatMs, signal);
    }
  }
}
