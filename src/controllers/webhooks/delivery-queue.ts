import type { LoggedEvent } from '../../state/events/event-deriver.ts';

/** Events that wait for one receiver, the oldest first. Where too many wait the oldest one goes, and is counted. */
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

  /** Events that were lost before they came here. */
  lose(count: number): void {
    this.#dropped += count;
  }

  /** How many were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** The oldest one, when there is one; undefined once the signal aborts. */
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
