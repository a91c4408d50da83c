import type { ClusterEvent, EventId } from '../../model/cluster-event.ts';
import type { EventLog } from '../../state/events/event-log.ts';

/** More than are answered: some of them are not for whoever asks. */
const mostKept = 5_000;

/**
 * The latest events for clients that ask now and then. Each asks the log for what came since the one before alone: nothing is read of the
 * store again while the log is followed.
 */
export class RecentEvents {
  readonly #log: EventLog;
  #kept: ClusterEvent[] = [];
  #after: EventId | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** Those up to now, the newest first. Throws what `read` throws. */
  async upToNow(signal: AbortSignal): Promise<readonly ClusterEvent[]> {
    const reading = this.#reading.then(() => this.#readOn(signal));
    // Whoever comes next waits, and does not fail with this one.
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
      if (fresh.length > 2 * mostKept) fresh.splice(0, fresh.length - mostKept);
    }
    if (fresh.length === 0) return;
    // They come in the order of the store: an engine's clock, or another server's, may be behind.
    const all = [...fresh.reverse(), ...this.#kept];
    this.#kept = all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, mostKept);
  }
}
