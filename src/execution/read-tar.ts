import tar, { type Headers } from 'tar-stream';
import { eventOf } from '../runtime/event-of.ts';

export type TarHeader = Headers & { readonly size: number };
type TakeEntry = (header: TarHeader, content: AsyncIterable<Buffer>) => Promise<void>;

/** The maximum bytes between two entries' contents: headers and padding. */
const maxHeaderBytes = 1024 * 1024;
const bytesPerEntry = 4_096;

/**
 * An archive that neither engines nor docker would produce. The message completes a sentence that starts with "the
 * archive".
 */
export class BadArchive extends Error {}

/** Reads an archive entry by entry while it is written, with backpressure. */
export class TarReader {
  readonly #extract = tar.extract();
  readonly #take: TakeEntry;
  #received = 0;
  #content = 0;
  #entries = 0;
  #failure: unknown;

  constructor(take: TakeEntry) {
    this.#take = take;
    this.#extract.on('error', (error) => this.fail(error));
    this.#extract.on('entry', (header, content, next) => {
      this.#read(header, content as AsyncIterable<Buffer>).then(
        () => next(),
        (error) => this.fail(error),
      );
    });
  }

  /** The number of bytes written. */
  get received(): number {
    return this.#received;
  }

  /** Throws the error of an entry's consumer, the error given to `fail`, BadArchive, and tar-stream's errors. */
  async write(bytes: Buffer): Promise<void> {
    this.#check();
    this.#received += bytes.length;
    // tar-stream buffers headers of any declared length.
    if (this.#received - this.#content > maxHeaderBytes + this.#entries * bytesPerEntry)
      this.fail(new BadArchive('it has a header that is too long'));
    else if (!this.#extract.write(bytes) && this.#failure === undefined) await eventOf(this.#extract, 'drain', 'close');
    this.#check();
  }

  /** Resolves when the last entry was consumed. Throws as `write`. */
  async end(): Promise<void> {
    this.#check();
    const over = eventOf(this.#extract, 'finish', 'close');
    this.#extract.end();
    await over;
    this.#check();
  }

  /** Stops reading; writers get the error. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#extract.destroy();
  }

  close(): void {
    this.#extract.destroy();
  }

  async #read(header: Headers, content: AsyncIterable<Buffer>): Promise<void> {
    const { name, size = 0 } = header;
    this.#entries += 1;
    // tar-stream waits forever if the size is not a number.
    if (!Number.isSafeInteger(size) || size < 0)
      throw new BadArchive(`its entry ${JSON.stringify(name.slice(0, 100))} has an invalid size`);
    await this.#take({ ...header, size }, this.#counted(content));
  }

  async *#counted(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of content) {
      this.#content += bytes.length;
      yield bytes;
    }
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
