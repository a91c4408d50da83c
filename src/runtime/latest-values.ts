/**
 * Values from several writers for one reader, by key: what the reader has not taken yet is replaced by what comes under the same key.
 * So a slow reader misses steps and never the last one, and there are no more values than keys.
 */
export class LatestValues<T> {
  readonly #values = new Map<string, T>();
  #wake: () => void = () => undefined;
  #isClosed = false;

  put(key: string, value: T): void {
    this.#values.set(key, value);
    this.#wake();
  }

  /** There will be no more. */
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
 * What `work` tells of how far it is, and at last what it gives. When the reader goes, or the signal aborts, its own signal
 * aborts, and it is waited for. Throws what it throws.
 */
export async function* withProgress<T>(
  signal: AbortSignal,
  work: (values: LatestValues<T>, signal: AbortSignal) => Promise<T>,
): AsyncGenerator<T> {
  const values = new LatestValues<T>();
  const over = new AbortController();
  const working = work(values, AbortSignal.any([signal, over.signal])).finally(() => values.close());
  // Awaited below, unless the reader went before.
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
