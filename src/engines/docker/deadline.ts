/**
 * How long a call may take; when it is extended at each sign of life, how long it may be silent. Not
 * `AbortSignal.timeout`: that one cannot be extended, and keeps its timer after the call is done.
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

  /** Until it is extended again, while the other side is not waited for. */
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
