const intervalMs = 3_600_000;

/** Keeps a log line that has a reason again and again to once an hour. */
export class HourlyNotice {
  #toldAt = Number.NEGATIVE_INFINITY;

  /** True: say it now. The next hour begins. */
  isDue(): boolean {
    const now = performance.now();
    if (now - this.#toldAt < intervalMs) return false;
    this.#toldAt = now;
    return true;
  }
}
