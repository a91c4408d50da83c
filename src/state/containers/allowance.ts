/** Work at once: an engine with a thousand containers of others is taken up in one resync. */
const burst = 2_000;
const perSecond = 500;

/**
 * What the containers of others on one engine may cost: one for each inspection, and one for each record that is written.
 * An engine that lists new containers all the time takes a part of a core, and no more.
 */
export class Allowance {
  #left = burst;
  #filledAt = performance.now();

  /** False: nothing is left at this moment. */
  take(): boolean {
    const now = performance.now();
    this.#left = Math.min(burst, this.#left + ((now - this.#filledAt) * perSecond) / 1000);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
