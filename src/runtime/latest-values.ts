/**
 * Passes values of several writers to one reader, by key: an unread value is replaced by a newer one with its key. A
 * slow reader skips steps, but never the last one, and memory is bounded by the number of keys.
 */
export class LatestValues<T> {
  readonly #values = new Map<string, T>();
  #wake: () => void = () => undefined;
  #isClosed = false;

  put(key: string, value: T): void {
    this.#values.set(key, value);
    this.#wake();
  }

  /** Marks the end. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      for (const [key, value] of this.#values) {
        this.#values.delete(key);
        yield value;
      }
      if (this.#values.size > 0) continue;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/**
 * Yields the progress of `work`, then its result. If the reader stops or the signal aborts, the signal of `work`
 * aborts, and its end is awaited. Throws the errors of `work`.
 */
export async function* withProgress<T>(
  signal: AbortSignal,
  work: (values: LatestValues<T>, signal: AbortSignal) => Promise<T>,
): AsyncGenerator<T> {
  const values = new LatestValues<T>();
  const over = new AbortController();
  const working = work(values, AbortSignal.any([signal, over.signal])).finally(() => values.close());
  // Awaited below, unless the reader stops first.
  working.catch(() => undefined);
  try {
    yield* values;
    const last = await working;
    signal.throwIfAborted();
    yield last;
  } finally {
    over.abort();
    await working.catch(() => undefined);
  }
}
