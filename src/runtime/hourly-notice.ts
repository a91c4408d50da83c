const intervalMs = 3_600_000;

/** Keeps a log line that has a reason again and again to once an hour. */
export class HourlyNotice {
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** True: say it now. The next hour begins. */
  isDue(): boolean {
    const now = performance.now();
    if (now - this.#reportedAt < intervalMs) return false;
    this.#reportedAt = now;
    return true;
  }
}
