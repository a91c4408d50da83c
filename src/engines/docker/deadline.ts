/**
 * How long a call may take; when it is extended at each sign of life, how long it may be silent. Not
 * `AbortSignal.timeout`: that one cannot be extended, and keeps its timer after the call is done.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), limitMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  extend(): void {
    if (!this.signal.aborted) this.#timer.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
