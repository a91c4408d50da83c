import { type AddressGuard, addressGuard } from '../../execution/webhooks/address-guard.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Webhook } from '../../model/webhook.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { EventLog } from '../../state/events/event-log.ts';
import type { Versioned } from '../../store/store.ts';
import type { Leadership } from '../leadership.ts';
import { WebhookWorker } from './webhook-worker.ts';

/** Maximum number of events that wait for one receiver. */
const maxEvents = 1_000;
/** Interval between checks of the leadership and of the list of webhooks. */
const pollMs = 500;

type DesiredWebhooks = ReadonlyMap<string, Versioned<Webhook>>;

/**
 * Delivers events to webhooks while this server leads. Each webhook has a worker, so a slow or dead receiver delays no
 * other.
 */
export class WebhookDispatcher {
  readonly #cluster: Cluster;
  readonly #leadership: Leadership;
  readonly #log: EventLog;
  readonly #guard: AddressGuard;
  readonly #maxWaiting: number;
  readonly #workers = new Map<string, WebhookWorker>();
  readonly #stopping = new AbortController();
  #following: AbortController | undefined;
  #loop: Promise<void> | undefined;
  /** The store may hold states of webhooks that do not exist any more. */
  #mayHaveLeftovers = true;

  constructor(cluster: Cluster, leadership: Leadership, maxWaiting = maxEvents) {
    this.#maxWaiting = maxWaiting;
    this.#cluster = cluster;
    this.#leadership = leadership;
    this.#log = new EventLog(cluster);
    this.#guard = addressGuard(cluster.settings.webhookAllow ?? []);
  }

  start(): void {
    this.#loop = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#keep(new Map());
    this.#following?.abort();
    this.#log.close();
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#stayReady(this.#cluster.cache.webhooks.all().length > 0);
      await this.#keep(this.#desired());
      await this.#forgetLeftovers();
      await pause(pollMs, signal);
    }
  }

  /**
   * Follows the event log even while another server leads, so that this one can take over. Events derived later from
   * the store's changes would all be updates, as the earlier values of the records would be unknown.
   */
  #stayReady(isNeeded: boolean): void {
    if (!isNeeded) this.#following?.abort();
    if (!isNeeded || (this.#following && !this.#following.signal.aborted)) return;
    const following = new AbortController();
    this.#following = following;
    const follow = async () => {
      for await (const news of this.#log.read({ signal: following.signal })) if (news.type === 'cut') return;
    };
    // If reading ends or fails, the next poll starts it again.
    void follow()
      .finally(() => following.abort())
      .catch(() => undefined);
  }

  /** Deletes the states of webhooks that are gone. A new leader checks, too. */
  async #forgetLeftovers(): Promise<void> {
    const { store, logger } = this.#cluster;
    const lease = this.#leadership.fence();
    if (!lease) this.#mayHaveLeftovers = true;
    if (!lease || !this.#mayHaveLeftovers) return;
    try {
      const states = await store.list('webhook-state');
      const ids = new Set((await store.list('webhook')).map(({ value }) => value.id));
      const left = states.filter(({ value }) => !ids.has(value.webhookId));
      for (const { id, version } of left)
        await store.write([{ kind: 'webhook-state', id, ifVersion: version }], { lease });
      this.#mayHaveLeftovers = false;
    } catch (error) {
      if (!isSatsumaError(error, 'store_unavailable')) throw error;
      logger.warn({ err: error }, 'state of removed webhooks not deleted');
    }
  }

  /** By name and id: a webhook that was recreated under the same name is a different one. */
  #desired(): DesiredWebhooks {
    const isLeader = this.#leadership.fence() !== undefined;
    const webhooks = isLeader ? this.#cluster.cache.webhooks.all() : [];
    return new Map(webhooks.map((webhook) => [`${webhook.id} ${webhook.value.id}`, webhook] as const));
  }

  async #keep(desired: DesiredWebhooks): Promise<void> {
    const gone = [...this.#workers].filter(([key]) => !desired.has(key));
    for (const [key] of gone) this.#workers.delete(key);
    await Promise.all(gone.map(([, worker]) => worker.stop()));
    // A worker's last write may come after its webhook was removed.
    if (gone.length > 0) this.#mayHaveLeftovers = true;
    const fence = () => this.#leadership.fence();
    const context = {
      cluster: this.#cluster,
      log: this.#log,
      guard: this.#guard,
      fence,
      maxWaiting: this.#maxWaiting,
    };
    for (const [key, webhook] of desired) {
      if (!this.#workers.has(key)) this.#workers.set(key, new WebhookWorker(webhook, context));
    }
  }
}
