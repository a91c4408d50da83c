import type { Changes } from '../state/changes.ts';

interface OpenStream {
  /** Checked after each change of tokens or roles, and every second, because tokens expire. */
  readonly isAllowed: () => boolean;
  readonly end: () => void;
}

const lookEveryMs = 1_000;

/** Open streams of authenticated clients. They are closed when the client loses the permission. */
export class OpenStreams {
  readonly #changes: Pick<Changes, 'countOf' | 'next'>;
  readonly #stopping = new AbortController();
  readonly #open = new Set<OpenStream>();
  #isWatching = false;

  constructor(changes: Pick<Changes, 'countOf' | 'next'>) {
    this.#changes = changes;
  }

  /** Watches the stream until the returned function is called. */
  add(stream: OpenStream): () => void {
    this.#open.add(stream);
    if (!this.#isWatching) void this.#watch();
    return () => this.#open.delete(stream);
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Keeps running for a moment after the last stream, because most streams are short and follow each other. */
  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    this.#isWatching = true;
    while (this.#open.size > 0 && !signal.aborted) {
      const count = this.#changes.countOf('access');
      for (const stream of [...this.#open]) if (!stream.isAllowed()) this.#end(stream);
      await this.#changes.next(count, lookEveryMs, signal, 'access');
    }
    this.#isWatching = false;
  }

  #end(stream: OpenStream): void {
    this.#open.delete(stream);
    stream.end();
  }
}
