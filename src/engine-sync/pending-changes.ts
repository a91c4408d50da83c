/** Beyond so many changed containers the whole list costs less. */
const mostContainers = 500;

/** What is to be asked of an engine at the next question. */
export interface PendingQuestion {
  readonly isWhole: boolean;
  readonly areImagesDue: boolean;
  readonly ids: readonly string[];
}

/** What an engine told of and was not asked about yet. */
export class PendingChanges {
  readonly #ids = new Set<string>();
  #isWhole = false;
  #areImagesDue = false;

  addContainers(...ids: string[]): void {
    if (this.#isWhole) return;
    for (const id of ids) this.#ids.add(id);
    if (this.#ids.size > mostContainers) this.addAll();
  }

  addImages(): void {
    this.#areImagesDue = true;
  }

  /** Everything is to be asked. */
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

  take(): PendingQuestion {
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
