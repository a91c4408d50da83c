import type { Changes } from '../state/changes.ts';

export interface OpenStream {
  /** Asked again whenever tokens or roles change, and each second: a token expires by itself. */
  readonly isAllowed: () => boolean;
  readonly end: () => void;
}

const lookEveryMs = 1_000;

/** What is being answered to those who showed a token. It ends when they may not have it any more. */
export class OpenStreams {
  readonly #changes: Pick<Changes, 'countOf' | 'next'>;
  readonly #stopping = new AbortController();
  readonly #open = new Set<OpenStream>();
  #isWatching = false;

  constructor(changes: Pick<Changes, 'countOf' | 'next'>) {
    this.#changes = changes;
  }

  /** Until the function that is returned is called. */
  add(stream: OpenStream): () => void {
    this.#open.add(stream);
    if (!this.#isWatching) void this.#watch();
    return () => this.#open.delete(stream);
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Goes on for a moment after the last one, because most are short and follow each other. */
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
