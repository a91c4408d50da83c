interface Offer {
  readonly bytes: Buffer;
  readonly taken: () => void;
}

/**
 * Many writers, one reader: chunks are read in the order in which they were offered, each as a whole. A writer can
 * offer its next chunk once the previous one is taken, so a slow reader slows all writers down, and a silent writer
 * blocks no other.
 */
export class StreamMerger {
  readonly #offers: Offer[] = [];
  #wake: () => void = () => undefined;
  #isOver = false;

  /** Resolves when the chunk was taken, or when reading has ended. */
  put(bytes: Buffer): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#offers.push({ bytes, taken: resolve });
      this.#wake();
    });
  }

  /** No more chunks will come. Offered chunks can still be read. */
  close(): void {
    this.#isOver = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const offer = this.#offers.shift();
        if (offer) {
          yield offer.bytes;
          offer.taken();
        } else if (this.#isOver) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.#isOver = true;
      for (const { taken } of this.#offers.splice(0)) taken();
    }
  }
}
