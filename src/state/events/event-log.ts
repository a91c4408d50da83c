import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '../../logging/logger.ts';
import { compareEventIds, type EventId } from '../../model/cluster-event.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { timedOut, withTimeout } from '../../runtime/with-timeout.ts';
import type { Position, Store } from '../../store/store.ts';
import { Changes } from '../changes.ts';
import { type Clock, timestamp } from '../clock.ts';
import { EventDeriver, isBehind, type LoggedEvent } from './event-deriver.ts';
import { EventRing } from './event-ring.ts';

/** Events that are kept for slow and returning readers. */
const maxEvents = 8_192;
const maxReaders = 1_000;
/** The batch size of one reader. */
const batchSize = 100;
/** A reader gets at least an `idle` item in this interval. */
const idleMs = 15_000;
/** The feed is followed for this long after the last reader. */
const lingerMs = 60_000;
const againMs = 500;
/** The feed delivers writes within milliseconds. */
const soonMs = 10;
/** How long a feed may take to deliver existing changes, and to complete a version that has several changes. */
const replayMs = 10_000;
const settledMs = 500;
/** How many versions to go back, if the feed has them, for events since a time. */
const lookBack = [9_900, 2_000, 400];

/** `reset`: events before this one were lost. `cut`: the stream ends. `idle`: no event for a while. */
export type EventLogItem =
  | ({ readonly type: 'event' } & LoggedEvent)
  | { readonly type: 'reset'; readonly id: EventId; readonly reason: string }
  | { readonly type: 'cut'; readonly reason: string }
  | { readonly type: 'idle'; readonly id: EventId };

export interface EventQuery {
  /** Events after that position. */
  readonly after?: EventId | undefined;
  /** Events from that time on, in milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Ends with the current state of the store. The last item contains the position to continue from. */
  readonly isOnce?: boolean;
  readonly signal: AbortSignal;
}

interface Following {
  readonly ring: EventRing;
  readonly deriver: EventDeriver;
}

/**
 * Derives events from the store's feed, without storing them. The feed is followed only while there are readers, once
 * for all of them. Slow readers cost nothing: they lose events that left the ring.
 */
export class EventLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #changes = new Changes();
  #current: Following | undefined;
  #readers = 0;
  #stop: AbortController | undefined;
  #lingering: NodeJS.Timeout | undefined;

  constructor({ store, clock, logger }: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Ends at `untilMs`, or when the signal aborts. Throws `too_many_readers`. */
  read(query: EventQuery): AsyncGenerator<EventLogItem> {
    if (this.#readers < maxReaders) return this.#read(query);
    throw new SatsumaError('too_many_readers', `this server has ${maxReaders} readers of events already`);
  }

  async *#read(query: EventQuery): AsyncGenerator<EventLogItem> {
    this.#readers += 1;
    this.#start();
    try {
      yield* this.#stream(query);
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) this.#linger();
    }
  }

  close(): void {
    clearTimeout(this.#lingering);
    this.#stop?.abort();
  }

  async *#stream(query: EventQuery): AsyncGenerator<EventLogItem> {
    const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, isOnce = false, signal } = query;
    let { after } = query;
    const end = isOnce ? await this.#store.position() : undefined;
    const giveUpMs = this.#clock.steadyMs() + replayMs;
    let following = await this.#followed(signal);
    if (!following) return;
    const { complete } = following.ring;
    const isKnown = after && (await this.#isKnown(following, after));
    const found = after && isKnown ? following.ring.find(after) : undefined;
    let number = found ?? (after || sinceMs > 0 ? following.ring.find(complete) : undefined) ?? following.ring.next;
    const isInRing = after ? found !== undefined : !(sinceMs > 0 && sinceMs < following.ring.completeMs);
    if (after && !isKnown) {
      after = undefined;
      yield lost(complete);
    } else if (!isInRing) yield* this.#replay(complete, query);
    yield { type: 'idle', id: placeOf(following, number) };
    while (!signal.aborted) {
      if (following !== this.#current) {
        following = await this.#followed(signal);
        if (!following) return;
        after = undefined;
        number = following.ring.next;
        yield { type: 'reset', id: placeOf(following, number), reason: 'the store lost changes, or is another one' };
      }
      const { count } = this.#changes;
      const events = following.ring.from(number, batchSize);
      if (!events) {
        yield { type: 'cut', reason: `the reader is too slow: more than ${maxEvents} events are pending` };
        return;
      }
      for (const each of events) {
        const at = Date.parse(each.event.at);
        // The server of the last position may have been ahead of this one.
        if (at >= sinceMs && at <= untilMs && (!after || isBehind(each, after))) yield { type: 'event', ...each };
      }
      number += events.length;
      if (events.length > 0) continue;
      if (end) {
        const isThere = following.deriver.last.version >= end.version || this.#clock.steadyMs() > giveUpMs;
        if (isThere && number === following.ring.next) return yield { type: 'idle', id: placeOf(following, number) };
        await this.#changes.next(count, soonMs, signal);
        continue;
      }
      const leftMs = untilMs - this.#clock.now();
      if (leftMs <= 0) return;
      await this.#changes.next(count, Math.min(idleMs, leftMs), signal);
      if (this.#changes.count === count && !signal.aborted) yield { type: 'idle', id: placeOf(following, number) };
    }
  }

  /** False: the store never reached that version, or lost its last writes. Another server may be ahead of this one. */
  async #isKnown({ deriver }: Following, { version }: EventId): Promise<boolean> {
    return version <= deriver.last.version || version <= (await this.#store.position()).version;
  }

  /** Events from the feed before this server followed it, up to `end`. */
  async *#replay(end: EventId, { after, sinceMs = 0, untilMs, signal }: EventQuery): AsyncGenerator<EventLogItem> {
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    if (after && (after.epoch !== end.epoch || after.version > end.version)) return yield lost(end);
    const begin = after ? Math.max(0, after.version - 1) : await this.#oldest(end, signal);
    const deriver = new EventDeriver(this.#clock, { epoch: end.epoch, version: begin }, { isPast: true });
    const changes = this.#store.follow(begin, until, end.epoch)[Symbol.asyncIterator]();
    const isSelected = ({ event, id }: LoggedEvent) => {
      const at = Date.parse(event.at);
      return (!after || isBehind({ event, id }, after)) && at >= sinceMs && at <= (untilMs ?? at);
    };
    // Dating them with the current time would put them after later events.
    const undated: LoggedEvent[] = [];
    const dated = (at: string) =>
      undated
        .splice(0)
        .map(({ id, event }) => ({ id, event: { ...event, at } }))
        .filter(isSelected)
        .map((each) => ({ type: 'event', ...each }) as const);
    try {
      for (let isReached = begin >= end.version; ; ) {
        const next = await withTimeout(isReached ? settledMs : replayMs, changes.next());
        if (next === timedOut && isReached) return yield* dated(timestamp(this.#clock));
        if (next === timedOut || next.done || next.value.kind === 'reset') {
          yield* dated(timestamp(this.#clock));
          if (after && !signal.aborted) yield lost(end);
          return;
        }
        const { version } = next.value;
        // Later events are in the ring.
        if (version > end.version) return yield* dated(timestamp(this.#clock));
        isReached = version === end.version;
        for (const each of deriver.derive(next.value)) {
          if (isBehind(each, end)) return yield* dated(timestamp(this.#clock));
          if (each.event.at === '') {
            undated.push(each);
            continue;
          }
          yield* dated(each.event.at);
          if (isSelected(each)) yield { type: 'event', ...each };
        }
      }
    } finally {
      over.abort();
    }
  }

  /** The version from which the feed is read for events since a time. */
  async #oldest({ epoch, version }: EventId, signal: AbortSignal): Promise<number> {
    for (const back of lookBack) {
      const stop = new AbortController();
      const from = Math.max(0, version - back);
      const changes = this.#store.follow(from, AbortSignal.any([signal, stop.signal]), epoch)[Symbol.asyncIterator]();
      const first = await withTimeout(settledMs, changes.next());
      stop.abort();
      if (first !== timedOut && !first.done && first.value.kind !== 'reset') return from;
    }
    return version;
  }

  async #followed(signal: AbortSignal): Promise<Following | undefined> {
    while (!this.#current && !signal.aborted) await this.#changes.next(this.#changes.count, idleMs, signal);
    return this.#current;
  }

  #start(): void {
    clearTimeout(this.#lingering);
    if (this.#stop) return;
    this.#stop = new AbortController();
    void this.#follow(this.#stop.signal);
  }

  #linger(): void {
    this.#lingering = setTimeout(() => {
      this.#stop?.abort();
      this.#stop = undefined;
      this.#current = undefined;
    }, lingerMs).unref();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const before = await this.#store.position();
        const deriver = new EventDeriver(this.#clock, before);
        await deriver.load(this.#store);
        const start = await this.#store.position();
        if (start.epoch !== before.epoch || signal.aborted) continue;
        const following = { deriver, ring: new EventRing(maxEvents, start, this.#clock.now()) };
        this.#current = following;
        this.#changes.notify('everything');
        await this.#followFrom(before, { ...following, start }, signal);
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        this.#logger.warn({ err: error }, 'change feed for events lost, trying again');
        await pause(againMs, signal);
      }
    }
  }

  /** Follows the feed across reconnects until it no longer has the next change. */
  async #followFrom(
    { epoch, version }: Position,
    { deriver, ring, start }: Following & { readonly start: Position },
    signal: AbortSignal,
  ): Promise<void> {
    let after = version;
    let pushed = 0;
    while (!signal.aborted) {
      try {
        for await (const change of this.#store.follow(after, signal, epoch)) {
          if (change.kind === 'reset') return;
          const events = deriver.derive(change);
          after = change.version;
          // The initial list may include changes up to that version.
          if (change.version <= start.version) continue;
          for (const each of events) ring.push(each);
          if (events.length > 0) this.#changes.notify('everything');
          pushed += events.length;
          if (pushed < batchSize) continue;
          // Lets readers consume their batch, so that a burst alone does not overtake them.
          await turn();
          pushed = 0;
        }
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        this.#logger.warn({ err: error }, 'change feed for events lost, trying again');
        await pause(againMs, signal);
        // Its last version may have been delivered incompletely.
        after = Math.max(version, after - 1);
        deriver.rewind();
      }
    }
  }
}

/** The position of a reader that received everything before that number. */
function placeOf({ ring, deriver }: Following, number: number): EventId {
  const isLast = number === ring.next && compareEventIds(deriver.last, ring.complete) > 0;
  return isLast ? deriver.last : ring.complete;
}

function lost(id: EventId): EventLogItem {
  return { type: 'reset', id, reason: 'the store no longer has the changes since that event' };
}
