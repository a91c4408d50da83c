/** Counts placements, for the strategies that depend on how many there were. Each server counts its own. */
export class PlacementCounter {
  #next = 0;

  /** The turn a placement made now would get. */
  peek(): number {
    return this.#next;
  }

  take(): number {
    return this.#next++;
  }
}
