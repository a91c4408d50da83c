import type { EngineEvent, SkippedEvent } from '../../src/engines/engine-client.ts';
import { SatsumaError } from '../../src/model/errors.ts';

/** What a fake engine tells, to all who listen; kept, so that a new listener can ask for what it missed. */
export class FakeEvents {
  readonly #delivered: (EngineEvent | SkippedEvent)[] = [];
  readonly #wake = new Set<() => void>();
  #connection = 0;

  tell(event: Omit<EngineEvent, 'at'>): void {
    this.#delivered.push({ ...event, at: String(this.#delivered.length + 1) });
    this.#wakeAll();
  }

  /** An event that is too long to be read. */
  skip(): void {
    this.#delivered.push({ kind: 'skipped' });
    this.#wakeAll();
  }

  /** Every listener loses its connection. */
  breakOff(): void {
    this.#connection += 1;
    this.#wakeAll();
  }

  listen(signal: AbortSignal, since?: string): AsyncGenerator<EngineEvent | SkippedEvent> {
    // From the moment of the call on, as an engine that answered does, not from the first read on.
    return this.#from(since === undefined ? this.#delivered.length : Number(since), this.#connection, signal);
  }

  async *#from(start: number, connection: number, signal: AbortSignal): AsyncGenerator<EngineEvent | SkippedEvent> {
    for (let next = start; !signal.aborted; ) {
      if (connection !== this.#connection) throw new SatsumaError('engine_unreachable', 'the connection broke off');
      const event = this.#delivered[next];
      if (event) {
        next += 1;
        yield event;
      } else await this.#change(signal);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#wake]) wake();
  }
}
