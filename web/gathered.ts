const gatherMs = 300;
const restTimes = 4;

/**
 * Work that is asked for again and again, one at a time: it begins a moment after it was asked for, so that many changes are one, and no sooner than
 * after so many times what it took before.
 */
export class Gathered {
  readonly #work: () => Promise<unknown>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBusy = false;
  /** Asked for while it was being done: how long to wait then. */
  #dueMs: number | undefined;
  #isStopped = false;
  #tookMs = 0;

  /** `work` does not reject. */
  constructor(work: () => Promise<unknown>) {
    this.#work = work;
  }

  soon(minMs = gatherMs): void {
    if (this.#isStopped) return;
    if (this.#isBusy) this.#dueMs = Math.min(this.#dueMs ?? minMs, minMs);
    else this.#timer ??= setTimeout(() => void this.now(), Math.max(minMs, restTimes * this.#tookMs));
  }

  /** At once, unless it is being done. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    const began = performance.now();
    await this.#work();
    this.#tookMs = performance.now() - began;
    this.#isBusy = false;
    const dueMs = this.#dueMs;
    this.#dueMs = undefined;
    if (dueMs !== undefined) this.soon(dueMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
