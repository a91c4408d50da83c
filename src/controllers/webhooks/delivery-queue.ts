import type { LoggedEvent } from '../../state/events/event-deriver.ts';

/** Events that wait for one receiver, oldest first. When it is full, the oldest event is dropped and counted. */
export class DeliveryQueue {
  readonly #limit: number;
  readonly #events: LoggedEvent[] = [];
  #wake: () => void = () => undefined;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#events.length;
  }

  push(event: LoggedEvent): void {
    this.#events.push(event);
    if (this.#events.length > this.#limit) {
      this.#events.shift();
      this.#dropped += 1;
    }
    this.#wake();
  }

  /** Counts events that were lost before they reached this queue. */
  lose(count: number): void {
    this.#dropped += count;
  }

  /** Returns the number of events dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Resolves with the oldest event when there is one; undefined once the signal aborts. */
  async next(signal: AbortSignal): Promise<LoggedEvent | undefined> {
    while (this.#events.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake, { once: true });
      });
    }
    return signal.aborted ? undefined : this.#events.shift();
  }
}
