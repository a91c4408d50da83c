import type { Readable } from 'node:stream';

/**
 * Shares the event loop among streams that can deliver without end. Each turn of the loop handles one slice of one
 * stream, in the order of the requests, so that a hundred streams take no longer per turn than one.
 */
export class StreamPacer {
  readonly #waiting: (() => void)[] = [];

  /**
   * The bytes of a stream in slices. While a slice waits for its turn, the stream fills its own buffer and then stops
   * its socket. A slice is therefore bounded, and many small chunks become one slice.
   */
  async *slices(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      await this.#turn();
      const rest = bufferedIn(stream);
      yield rest.length === 0 ? chunk : Buffer.concat([chunk, ...rest]);
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#grant);
    });
  }

  readonly #grant = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#grant);
  };
}

/** All that was buffered, which Node 26 gives a chunk at a time. */
function bufferedIn(stream: Readable): Buffer[] {
  const chunks: Buffer[] = [];
  let left = stream.readableLength;
  do {
    const chunk: Buffer | null = stream.read();
    if (chunk === null) break;
    chunks.push(chunk);
    left -= chunk.length;
  } while (left > 0);
  return chunks;
}
