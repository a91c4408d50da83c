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

/** Events that are kept for readers that are behind, and for those that come back. */
const mostEvents = 8_192;
const mostReaders = 1_000;
/** Read at a time by one reader. */
const batchSize = 100;
/** What a reader hears at the latest. */
const idleMs = 15_000;
/** The feed is followed for so long after the last reader. */
const lingerMs = 60_000;
const againMs = 500;
/** The feed tells within milliseconds what was written. */
const soonMs = 10;
/** How long a feed may take to tell what is in it already; and whether a version that it told has another change. */
const replayMs = 10_000;
const settledMs = 500;
/** So many versions are read, where the feed has them, for the events since a time. */
const lookBack = [9_900, 2_000, 400];

/** `reset`: events were lost before this one. `cut`: nothing comes any more. `idle`: nothing happened for a while. */
export type EventLogItem =
  | ({ readonly type: 'event' } & LoggedEvent)
  | { readonly type: 'reset'; readonly id: EventId; readonly reason: string }
  | { readonly type: 'cut'; readonly reason: string }
  | { readonly type: 'idle'; readonly id: EventId };

export interface EventQuery {
  /** Those behind that place. */
  readonly after?: EventId | undefined;
  /** Those from that time on, in milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Ends with what the store knows when the reading begins. The last item says where to go on. */
  readonly isOnce?: boolean;
  readonly signal: AbortSignal;
}

interface Following {
  readonly ring: EventRing;
  readonly deriver: EventDeriver;
}

/**
 * What happens, made of the changes of the store's feed; nothing of it is stored. The feed is followed only while somebody reads
 * events, once for all readers. A slow reader costs nothing: what it did not read is in the ring or lost to it.
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
    if (this.#readers < mostReaders) return this.#read(query);
    throw new SatsumaError('too_many_readers', `this server has ${mostReaders} readers of events already`);
  }

  async *#read(query: EventQuery): AsyncGenerator<EventLogItem> {
    this.#readers += 1;
    this.#start();
    try {
      yield* this.#tell(query);
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) this.#linger();
    }
  }

  close(): void {
    clearTimeout(this.#lingering);
    this.#stop?.abort();
  }

  async *#tell(query: EventQuery): AsyncGenerator<EventLogItem> {
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
        yield { type: 'cut', reason: `you read too slowly: more than ${mostEvents} events came meanwhile` };
        return;
      }
      for (const each of events) {
        const at = Date.parse(each.event.at);
        // The server that told the last one may have been ahead of this one.
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

  /** False: the store never came that far, or lost its last writes since. Another server may be ahead of this one. */
  async #isKnown({ deriver }: Following, { version }: EventId): Promise<boolean> {
    return version <= deriver.last.version || version <= (await this.#store.position()).version;
  }

  /** What the feed still has of the time before this server followed it, up to `end`. */
  async *#replay(end: EventId, { after, sinceMs = 0, untilMs, signal }: EventQuery): AsyncGenerator<EventLogItem> {
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    if (after && (after.epoch !== end.epoch || after.version > end.version)) return yield lost(end);
    const begin = after ? Math.max(0, after.version - 1) : await this.#oldest(end, signal);
    const deriver = new EventDeriver(this.#clock, { epoch: end.epoch, version: begin }, { isPast: true });
    const changes = this.#store.follow(begin, until, end.epoch)[Symbol.asyncIterator]();
    const isMeant = ({ event, id }: LoggedEvent) => {
      const at = Date.parse(event.at);
      return (!after || isBehind({ event, id }, after)) && at >= sinceMs && at <= (untilMs ?? at);
    };
    // Dated by now they would be later than all that came after them.
    const undated: LoggedEvent[] = [];
    const dated = (at: string) =>
      undated
        .splice(0)
        .map(({ id, event }) => ({ id, event: { ...event, at } }))
        .filter(isMeant)
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
        // From here on the ring has it.
        if (version > end.version) return yield* dated(timestamp(this.#clock));
        isReached = version === end.version;
        for (const each of deriver.derive(next.value)) {
          if (isBehind(each, end)) return yield* dated(timestamp(this.#clock));
          if (each.event.at === '') {
            undated.push(each);
            continue;
          }
          yield* dated(each.event.at);
          if (isMeant(each)) yield { type: 'event', ...each };
        }
      }
    } finally {
      over.abort();
    }
  }

  /** From which version on the feed is read to find the events since a time. */
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
        const following = { deriver, ring: new EventRing(mostEvents, start, this.#clock.now()) };
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

  /** Until the feed has lost what comes next. Over lost connections. */
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
          // What was listed may be from any moment up to then.
          if (change.version <= start.version) continue;
          for (const each of events) ring.push(each);
          if (events.length > 0) this.#changes.notify('everything');
          pushed += events.length;
          if (pushed < batchSize) continue;
          // Readers take what there is before more comes: a burst alone leaves nobody behind.
          await turn();
          pushed = 0;
        }
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        this.#logger.warn({ err: error }, 'change feed for events lost, trying again');
        await pause(againMs, signal);
        // Its last version may not have been told whole.
        after = Math.max(version, after - 1);
        deriver.rewind();
      }
    }
  }
}

/** Where a reader is that was told everything before that number. */
function placeOf({ ring, deriver }: Following, number: number): EventId {
  const isLast = number === ring.next && compareEventIds(deriver.last, ring.complete) > 0;
  return isLast ? deriver.last : ring.complete;
}

function lost(id: EventId): EventLogItem {
  return { type: 'reset', id, reason: 'the store does not have the changes since then any more' };
}
