/**
 * A timeout for a call, or for its silence if it is extended at each sign of progress. `AbortSignal.timeout` cannot be
 * extended, and keeps its timer after the call has ended.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #limitMs: number;
  #timer: NodeJS.Timeout;
  #isOver = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  extend(): void {
    if (this.signal.aborted || this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  /** Pauses it until the next `extend`, while the engine is not waited for. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  clear(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.#limitMs);
  }
}

/** A body for an engine: stops the deadline while the body itself has no data. */
export async function* withoutWaiting(archive: AsyncIterable<Buffer>, deadline: Deadline): AsyncGenerator<Buffer> {
  deadline.stop();
  for await (const bytes of archive) {
    deadline.extend();
    yield bytes;
    deadline.stop();
  }
  deadline.extend();
}
