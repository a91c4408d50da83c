import type { Logger } from '../logging/logger.ts';
import { pause } from '../runtime/pause.ts';
import type { Fence, Store } from '../store/store.ts';

const leaseName = 'services';
const leaseMs = 8_000;
/** Interval between renewals of the lease, and between attempts of other servers to acquire it. */
const heartbeatMs = 1_000;

/**
 * Leader election: the server that holds the lease runs the controllers. All others wait until the lease is released or
 * expires.
 */
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

  /**
   * The fence for this server's writes as leader. Undefined: another server leads, or the lease could not be renewed in
   * time.
   */
  fence(): Fence | undefined {
    if (!this.#held || performance.now() >= this.#held.until) return undefined;
    return { name: leaseName, token: this.#held.token };
  }

  async #heartbeat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // Measured before the request: the store's lease never expires earlier than ours.
      const until = performance.now() + leaseMs;
      try {
        const lease = await this.#store.acquireLease(leaseName, this.#serverId, leaseMs);
        if (lease && lease.token !== this.#held?.token) this.#logger.info({}, 'elected leader of the controllers');
        this.#held = lease && { token: lease.token, until };
      } catch (error) {
        this.#logger.debug({ err: error }, 'leadership not renewed');
      }
      await pause(heartbeatMs, signal);
    }
  }
}
