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
