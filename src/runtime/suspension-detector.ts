/** Well above the delay of a busy event loop, and well below what users notice. */
const maxTickMs = 1_000;
const tickEveryMs = 250;

/**
 * Detects that this process was suspended: by a signal, by its machine, or by a blocked event loop. Its state is then
 * outdated, and must be refreshed before requests are answered.
 */
export class SuspensionDetector {
  readonly #steadyMs: () => number;
  readonly #catchUp: () => Promise<void>;
  #lastTick: number;
  #timer: NodeJS.Timeout | undefined;
  #catchingUp: Promise<void> | undefined;

  /** `catchUp` refreshes the state; if it fails, the outdated state is used. */
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

  /** Resolves immediately; after a suspension, when `catchUp` has finished. */
  async over(): Promise<void> {
    this.#check();
    await this.#catchingUp;
  }

  /** The timer may come after the first request: both check. */
  #check(): void {
    const now = this.#steadyMs();
    const isLate = now - this.#lastTick > maxTickMs;
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
