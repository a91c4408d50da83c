import { compareEventIds, type EventId, endOfVersion } from '../../model/cluster-event.ts';
import type { Position } from '../../store/store.ts';
import type { LoggedEvent } from './event-deriver.ts';

/** The last events, numbered consecutively. */
export class EventRing {
  readonly #max: number;
  /** From `#first` on; earlier entries are dropped. */
  #events: LoggedEvent[] = [];
  #first = 0;
  #number = 0;
  #complete: EventId;
  #completeMs: number;

  /** Contains all events after `start`. */
  constructor(max: number, start: Position, nowMs: number) {
    this.#max = max;
    this.#complete = endOfVersion(start.epoch, start.version);
    this.#completeMs = nowMs;
  }

  /** All events after this position are in the ring. */
  get complete(): EventId {
    return this.#complete;
  }

  /** All events from this time on are in the ring, in milliseconds since 1970. */
  get completeMs(): number {
    return this.#completeMs;
  }

  /** The number of the next event. */
  get next(): number {
    return this.#number + this.#events.length - this.#first;
  }

  push(event: LoggedEvent): void {
    this.#events.push(event);
    if (this.#events.length - this.#first <= this.#max) return;
    const dropped = this.#events[this.#first];
    if (dropped) {
      this.#complete = dropped.id;
      this.#completeMs = Date.parse(dropped.event.at) + 1;
    }
    this.#first += 1;
    this.#number += 1;
    // Compacted in batches, because it moves all entries.
    if (this.#first < this.#max) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }

  /** The number of the first event after the position; undefined: some events were dropped. */
  find(place: EventId): number | undefined {
    if (place.epoch !== this.#complete.epoch || compareEventIds(place, this.#complete) < 0) return undefined;
    const isBehind = ({ id }: LoggedEvent, index: number) => index >= this.#first && compareEventIds(id, place) > 0;
    const index = this.#events.findIndex(isBehind);
    return index === -1 ? this.next : this.#number + index - this.#first;
  }

  /** The events from that number on; undefined: some were dropped. */
  from(number: number, max: number): readonly LoggedEvent[] | undefined {
    if (number < this.#number) return undefined;
    const begin = this.#first + number - this.#number;
    return this.#events.slice(begin, begin + max);
  }
}
