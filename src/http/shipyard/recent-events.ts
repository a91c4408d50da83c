import type { ClusterEvent, EventId } from '../../model/cluster-event.ts';
import type { EventLog } from '../../state/events/event-log.ts';

/** More than are returned, because some may be hidden from the caller. */
const maxKept = 5_000;

/**
 * The latest events for clients that poll. Each request reads only what is new in the log since the last one, without
 * reading the store again.
 */
export class RecentEvents {
  readonly #log: EventLog;
  #kept: ClusterEvent[] = [];
  #after: EventId | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** The events up to now, newest first. Throws what `read` throws. */
  async upToNow(signal: AbortSignal): Promise<readonly ClusterEvent[]> {
    const reading = this.#reading.then(() => this.#readOn(signal));
    // The next request waits for this one, and does not fail with it.
    this.#reading = reading.catch(() => undefined);
    await reading;
    return this.#kept;
  }

  async #readOn(signal: AbortSignal): Promise<void> {
    const fresh: ClusterEvent[] = [];
    for await (const news of this.#log.read({ after: this.#after, sinceMs: 1, isOnce: true, signal })) {
      if (news.type !== 'cut') this.#after = news.id;
      if (news.type !== 'event' || news.event.kind === 'reservation') continue;
      fresh.push(news.event);
      if (fresh.length > 2 * maxKept) fresh.splice(0, fresh.length - maxKept);
    }
    if (fresh.length === 0) return;
    // The log has the order of the store, and timestamps of different clocks: sorted by time.
    const all = [...fresh.reverse(), ...this.#kept];
    this.#kept = all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, maxKept);
  }
}
