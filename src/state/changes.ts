/** Lets others wait for the next change. */
export class Changes {
  readonly #waiting = new Set<() => void>();
  #count = 0;

  /** How many there were; what `next` is told, so that none is missed in between. */
  get count(): number {
    return this.#count;
  }

  tell(): void {
    this.#count += 1;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when there was a change since that count, after that time, or when the signal aborts. */
  async next(since: number, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#count !== since) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}
