import { compareEventIds, type EventId, endOfVersion } from '../../model/cluster-event.ts';
import type { Position } from '../../store/store.ts';
import type { LoggedEvent } from './event-deriver.ts';

/** The last events. Each has a number, which grows by one. */
export class EventRing {
  readonly #most: number;
  /** From `#first` on; what stands before it was dropped. */
  #events: LoggedEvent[] = [];
  #first = 0;
  #number = 0;
  #complete: EventId;
  #completeMs: number;

  /** Everything behind `start` will be in it. */
  constructor(most: number, start: Position, nowMs: number) {
    this.#most = most;
    this.#complete = endOfVersion(start.epoch, start.version);
    this.#completeMs = nowMs;
  }

  /** Everything behind this place is here. */
  get complete(): EventId {
    return this.#complete;
  }

  /** Everything from this time on is here, in milliseconds since 1970. */
  get completeMs(): number {
    return this.#completeMs;
  }

  /** The number that the next event gets. */
  get next(): number {
    return this.#number + this.#events.length - this.#first;
  }

  push(event: LoggedEvent): void {
    this.#events.push(event);
    if (this.#events.length - this.#first <= this.#most) return;
    const dropped = this.#events[this.#first];
    if (dropped) {
      this.#complete = dropped.id;
      this.#completeMs = Date.parse(dropped.event.at) + 1;
    }
    this.#first += 1;
    this.#number += 1;
    // Not with each event: that would move all the others.
    if (this.#first < this.#most) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }

  /** The number of the first event behind that place; undefined: some of them are not here any more. */
  find(place: EventId): number | undefined {
    if (place.epoch !== this.#complete.epoch || compareEventIds(place, this.#complete) < 0) return undefined;
    const isBehind = ({ id }: LoggedEvent, index: number) => index >= this.#first && compareEventIds(id, place) > 0;
    const index = this.#events.findIndex(isBehind);
    return index === -1 ? this.next : this.#number + index - this.#first;
  }

  /** The events from that number on; undefined: some of them were dropped. */
  from(number: number, most: number): readonly LoggedEvent[] | undefined {
    if (number < this.#number) return undefined;
    const begin = this.#first + number - this.#number;
    return this.#events.slice(begin, begin + most);
  }
}
