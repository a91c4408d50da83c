import type { AddressGuard } from '../../execution/webhooks/address-guard.ts';
import { deliver, otherKey } from '../../execution/webhooks/deliver.ts';
import { type EventId, endOfVersion, readEventId, writeEventId } from '../../model/cluster-event.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { matchesWebhook, type Webhook, type WebhookState, webhookContext } from '../../model/webhook.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { LoggedEvent } from '../../state/events/event-deriver.ts';
import type { EventLog } from '../../state/events/event-log.ts';
import type { Fence, Versioned } from '../../store/store.ts';
import { DeliveryQueue } from './delivery-queue.ts';

/** Delay between attempts: the first and the longest. */
const firstWaitMs = 1_000;
const maxWaitMs = 60_000;
/** An event that could not be delivered for this long is given up. */
const giveUpMs = 3_600_000;
/**
 * When no event matches, the stored position advances in steps of this size: the feed does not keep old versions
 * forever.
 */
const stepVersions = 1_000;
/** Interval between writes of the position. */
const noteMs = 1_000;

interface WorkerContext {
  readonly cluster: Cluster;
  readonly log: EventLog;
  readonly guard: AddressGuard;
  /** Maximum number of events that wait for one receiver. */
  readonly maxWaiting: number;
  /** Undefined: another server leads. */
  readonly fence: () => Fence | undefined;
}

/**
 * Sends events to one receiver, in order and one at a time, until it is stopped. Independent of all other receivers.
 */
export class WebhookWorker {
  readonly #name: string;
  readonly #webhook: Webhook;
  readonly #version: number;
  readonly #context: WorkerContext;
  readonly #queue: DeliveryQueue;
  readonly #stopping = new AbortController();
  readonly #done: Promise<unknown>;
  #state: WebhookState;
  #noted = '';
  #isDelivering = false;
  #readUpTo: EventId | undefined;

  constructor({ id: name, value, version }: Versioned<Webhook>, context: WorkerContext) {
    this.#name = name;
    this.#webhook = value;
    this.#version = version;
    this.#context = context;
    this.#queue = new DeliveryQueue(context.maxWaiting);
    this.#state = { webhookId: value.id, place: '', delivered: 0, failed: 0, dropped: 0, waiting: 0, failures: 0 };
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && !(await this.#restore())) await pause(noteMs, signal);
    const work = [this.#read(), this.#deliverAll(), this.#noteAll()];
    // Errors of the receiver and of the store are handled inside. An error that arrives here is a bug, and stops this
    // receiver only.
    await Promise.all(work).catch((error: unknown) => {
      this.#context.cluster.logger.error({ err: error, webhook: this.#name }, 'webhook given up');
    });
    await this.#note();
  }

  /** Restores the position that the previous leader stored. False: the store does not answer. */
  async #restore(): Promise<boolean> {
    const { store, cache } = this.#context.cluster;
    try {
      const kept = await store.read('webhook-state', this.#name);
      // Everything since the webhook was created.
      const begin = writeEventId(endOfVersion(cache.epoch, this.#version));
      this.#state = kept?.value.webhookId === this.#webhook.id ? kept.value : { ...this.#state, place: begin };
      return true;
    } catch (error) {
      if (!isSatsumaError(error, 'store_unavailable')) throw error;
      return false;
    }
  }

  /** Queues events as they come, so that a slow receiver does not hold up reading. */
  async #read(): Promise<void> {
    const { signal } = this.#stopping;
    const { log, cluster } = this.#context;
    let after = readEventId(this.#state.place);
    while (!signal.aborted) {
      try {
        for await (const news of log.read({ after, signal })) {
          if (news.type === 'event' && matchesWebhook(this.#webhook.filter, news.event)) this.#queue.push(news);
          // The number of lost events is unknown.
          if (news.type === 'reset') this.#queue.lose(1);
          if (news.type === 'cut') continue;
          after = news.id;
          this.#readUpTo = after;
        }
      } catch (error) {
        if (!isSatsumaError(error)) throw error;
        cluster.logger.warn({ err: error, webhook: this.#name }, 'events for a webhook not read, trying again');
      }
      await pause(firstWaitMs, signal);
    }
  }

  async #deliverAll(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      const next = await this.#queue.next(signal);
      if (!next) return;
      this.#isDelivering = true;
      await this.#deliver(next);
      this.#isDelivering = false;
    }
  }

  /** Retries until the event is delivered or given up. */
  async #deliver(logged: LoggedEvent): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, logger } = this.#context.cluster;
    const dropped = this.#queue.takeDropped();
    const began = clock.steadyMs();
    this.#change({ dropped: this.#state.dropped + dropped });
    for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(maxWaitMs, 2 * waitMs)) {
      // The current leader delivers it.
      if (!this.#context.fence()) {
        await pause(firstWaitMs, signal);
        continue;
      }
      const error = await this.#try(logged, dropped);
      if (signal.aborted && error !== undefined) return;
      if (error === undefined) return this.#settle(logged, { delivered: this.#state.delivered + 1 }, undefined);
      this.#change({ failures: this.#state.failures + 1, lastError: error });
      if (this.#state.failures === 1) logger.warn({ webhook: this.#name, reason: error }, 'webhook receiver fails');
      if (clock.steadyMs() - began > giveUpMs) return this.#settle(logged, { failed: this.#state.failed + 1 }, error);
      // Random jitter: many webhooks of one receiver must not retry at the same moment.
      await pause(waitMs * (0.75 + Math.random() / 2), signal);
    }
  }

  /** Returns why the event was not accepted; undefined if it was. */
  async #try({ id, event }: LoggedEvent, dropped: number): Promise<string | undefined> {
    const { guard, cluster } = this.#context;
    const { id: webhookId, url, secret: encrypted } = this.#webhook;
    const secret = cluster.installation.decrypt(encrypted, webhookContext(webhookId));
    if (secret === undefined) return otherKey;
    const place = writeEventId(id);
    const about = { id: place, event: `${event.kind}.${event.action}`, webhook: this.#name };
    const delivery = { url, secret, ...about, body: JSON.stringify(event), dropped };
    return (await deliver(delivery, guard, this.#stopping.signal)).error;
  }

  #settle({ id }: LoggedEvent, counted: Partial<WebhookState>, error: string | undefined): void {
    const { lastError: _, lastDeliveryAt, ...state } = this.#state;
    if (error === undefined && state.failures > 0) {
      this.#context.cluster.logger.info({ webhook: this.#name }, 'webhook receiver recovered');
    }
    const at = error === undefined ? new Date().toISOString() : lastDeliveryAt;
    this.#state = {
      ...{ ...state, ...counted, place: writeEventId(id), failures: error === undefined ? 0 : state.failures },
      ...(at !== undefined && { lastDeliveryAt: at }),
      ...(error !== undefined && { lastError: error }),
    };
  }

  #change(changes: Partial<WebhookState>): void {
    this.#state = { ...this.#state, ...changes };
  }

  async #noteAll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#note();
      await pause(noteMs, signal);
    }
  }

  #moveOn(): void {
    const { version = 0 } = readEventId(this.#state.place) ?? {};
    if (this.#isDelivering || this.#queue.length > 0 || !this.#readUpTo) return;
    if (this.#readUpTo.version - version >= stepVersions) this.#change({ place: writeEventId(this.#readUpTo) });
  }

  /** Writes only as leader, and only changes. */
  async #note(): Promise<void> {
    const { cluster, fence } = this.#context;
    const lease = fence();
    this.#moveOn();
    const value = { ...this.#state, waiting: this.#queue.length };
    const text = JSON.stringify(value);
    if (!lease || text === this.#noted || value.place === '') return;
    try {
      const written = await cluster.store.write([{ kind: 'webhook-state', id: this.#name, value }], { lease });
      if (written.ok) this.#noted = text;
    } catch (error) {
      if (!isSatsumaError(error, 'store_unavailable')) throw error;
    }
  }
}
