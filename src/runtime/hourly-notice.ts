const intervalMs = 3_600_000;

/** Limits a recurring log line to once an hour. */
export class HourlyNotice {
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** Whether to log now; if so, starts the next hour. */
  isDue(): boolean {
    const now = performance.now();
    if (now - this.#reportedAt < intervalMs) return false;
    this.#reportedAt = now;
    return true;
  }
}
