import tar, { type Headers } from 'tar-stream';
import { eventOf } from '../runtime/event-of.ts';

export type TarHeader = Headers & { readonly size: number };
export type TakeEntry = (header: TarHeader, content: AsyncIterable<Buffer>) => Promise<void>;

/** What may come between two entries: the header, and what it is too short for. */
const mostHeaderBytes = 1024 * 1024;
const bytesPerEntry = 4_096;

/** What no archive of an engine or of docker has. The message goes on with "the archive". */
export class BadArchive extends Error {}

/** Reads an archive entry by entry as it is written here, no faster than the entries are taken. */
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

  /** How many bytes were written. */
  get received(): number {
    return this.#received;
  }

  /** Throws what an entry's taker threw, what `fail` was given, BadArchive, and what tar-stream throws. */
  async write(bytes: Buffer): Promise<void> {
    this.#check();
    this.#received += bytes.length;
    // tar-stream keeps what it takes for a header in memory, as long as it says that it is.
    if (this.#received - this.#content > mostHeaderBytes + this.#entries * bytesPerEntry)
      this.fail(new BadArchive('it has a header that is too long'));
    else if (!this.#extract.write(bytes) && this.#failure === undefined) await eventOf(this.#extract, 'drain', 'close');
    this.#check();
  }

  /** Resolves when the last entry was taken. Throws as `write`. */
  async end(): Promise<void> {
    this.#check();
    const over = eventOf(this.#extract, 'finish', 'close');
    this.#extract.end();
    await over;
    this.#check();
  }

  /** Nothing more is read, and whoever writes is given the error. */
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
    // tar-stream waits for ever for what is no number.
    if (!Number.isSafeInteger(size) || size < 0)
      throw new BadArchive(`its entry ${JSON.stringify(name.slice(0, 100))} has no size that makes sense`);
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
