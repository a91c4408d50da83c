/** Well over what a busy loop takes for a turn, and well under what anybody notices. */
const longestTickMs = 1_000;
const tickEveryMs = 250;

/**
 * Notices that this process stood still: it was stopped by a signal, its machine was suspended, or its loop was blocked. What
 * it knows is from before, and whoever asks in the first moment afterwards would be told that.
 */
export class Standstill {
  readonly #steadyMs: () => number;
  readonly #catchUp: () => Promise<void>;
  #lastTick: number;
  #timer: NodeJS.Timeout | undefined;
  #catchingUp: Promise<void> | undefined;

  /** `catchUp` learns what happened meanwhile; where it fails, what is known is as good as it gets. */
  constructor(steadyMs: () => number, catchUp: () => Promise<void>) {
    this.#steadyMs = steadyMs;
    this.#catchUp = catchUp;
    this.#lastTick = steadyMs();
  }

  start(): void {
    this.#lastTick = this.#steadyMs();
    this.#timer = setInterval(() => this.#check(), tickEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resolves at once; after a standstill when `catchUp` has ended. */
  async over(): Promise<void> {
    this.#check();
    await this.#catchingUp;
  }

  /** The timer may come after the first request: both check. */
  #check(): void {
    const now = this.#steadyMs();
    const isLate = now - this.#lastTick > longestTickMs;
    this.#lastTick = now;
    if (!isLate) return;
    this.#catchingUp ??= this.#catchUp()
      // What was under way when it stood still may have run out of time.
      .catch(() => this.#catchUp())
      .catch(() => {})
      .finally(() => {
        this.#catchingUp = undefined;
      });
  }
}
