/** With more changed containers, listing all of them is cheaper. */
const maxContainers = 500;

/** What the next query must cover. */
export interface PendingQuery {
  readonly isWhole: boolean;
  readonly areImagesDue: boolean;
  readonly ids: readonly string[];
}

/** Changes reported by an engine's events that were not queried yet. */
export class PendingChanges {
  readonly #ids = new Set<string>();
  #isWhole = false;
  #areImagesDue = false;

  addContainers(...ids: string[]): void {
    if (this.#isWhole) return;
    for (const id of ids) this.#ids.add(id);
    if (this.#ids.size > maxContainers) this.addAll();
  }

  addImages(): void {
    this.#areImagesDue = true;
  }

  /** The next query must cover everything. */
  addAll(): void {
    this.#isWhole = true;
    this.#ids.clear();
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  get isEmpty(): boolean {
    return !this.#isWhole && !this.#areImagesDue && this.#ids.size === 0;
  }

  take(): PendingQuery {
    const taken = { isWhole: this.#isWhole, areImagesDue: this.#areImagesDue, ids: [...this.#ids] };
    this.clear();
    return taken;
  }

  clear(): void {
    this.#ids.clear();
    this.#isWhole = false;
    this.#areImagesDue = false;
  }
}
