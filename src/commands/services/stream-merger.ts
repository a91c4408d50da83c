interface Offer {
  readonly bytes: Buffer;
  readonly taken: () => void;
}

/**
 * Many write, one reads: in the order in which they offer something, each piece whole. Nobody can offer a second piece
 * before the first one is taken, so that who reads slowly slows all down, and who writes nothing stops nobody.
 */
export class StreamMerger {
  readonly #offers: Offer[] = [];
  #wake: () => void = () => undefined;
  #isOver = false;

  /** Resolves when it was taken, or when there will be no taking any more. */
  put(bytes: Buffer): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#offers.push({ bytes, taken: resolve });
      this.#wake();
    });
  }

  /** No more is to come; what was offered can still be read. */
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
