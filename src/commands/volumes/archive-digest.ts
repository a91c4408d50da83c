import { createHash } from 'node:crypto';
import { extract as createExtract, type Headers } from 'tar-stream';
import { SatsumaError } from '../../model/errors.ts';
import { eventOf } from '../../runtime/event-of.ts';

/** What may come between two entries: the header, and what it is too short for. */
const mostHeaderBytes = 1024 * 1024;

export interface ArchiveSummary {
  readonly bytes: number;
  readonly entries: number;
  /** Of all that the files are but for their times, in whichever order they come. */
  readonly digest: string;
}

/** Reads a tar archive as it passes. */
export class ArchiveDigest {
  readonly #extract = createExtract();
  /** The sum of the digests of all entries. */
  readonly #sum = Buffer.alloc(32);
  readonly #reading: Promise<void>;
  #bytes = 0;
  #entries = 0;
  #contentBytes = 0;

  constructor() {
    this.#reading = this.#read();
    // Told at the end.
    this.#reading.catch(() => undefined);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The same bytes, once they are read here as well. Throws what the archive throws, and `engine_failed` for what is none. */
  async *pass(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const bytes of archive) {
        this.#bytes += bytes.length;
        // tar-stream keeps what it takes for a header in memory, as long as it says that it is.
        if (this.#bytes - this.#contentBytes > mostHeaderBytes + this.#entries * 4_096)
          this.#extract.destroy(new Error('it has a header that is too long'));
        if (this.#extract.destroyed) break;
        if (!this.#extract.write(bytes)) await eventOf(this.#extract, 'drain', 'close');
        yield bytes;
      }
      if (!this.#extract.destroyed) this.#extract.end();
      await this.#reading;
    } finally {
      this.#extract.destroy();
    }
  }

  summary(): ArchiveSummary {
    return { bytes: this.#bytes, entries: this.#entries, digest: `sha256:${this.#sum.toString('hex')}` };
  }

  async #read(): Promise<void> {
    try {
      for await (const entry of this.#extract) {
        const { size = 0 } = entry.header;
        if (!Number.isSafeInteger(size) || size < 0) throw new Error('an entry has no size that makes sense');
        const hash = createHash('sha256').update(describeEntry(entry.header));
        for await (const bytes of entry) {
          hash.update(bytes as Buffer);
          this.#contentBytes += bytes.length;
        }
        add(this.#sum, hash.digest());
        this.#entries += 1;
      }
    } catch (cause) {
      this.#extract.destroy();
      throw new SatsumaError('engine_failed', `the archive of an engine makes no sense: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

/** Reads an archive to its end. */
export async function digestOf(archive: AsyncIterable<Buffer>): Promise<ArchiveSummary> {
  const digest = new ArchiveDigest();
  for await (const _ of digest.pass(archive));
  return digest.summary();
}

function describeEntry({ name, type, mode, uid, gid, size, linkname }: Headers): string {
  return JSON.stringify([name, type, mode, uid, gid, size, linkname ?? '']);
}

/** As one long number, so that the order does not matter and the same entry twice does. */
function add(sum: Buffer, digest: Buffer): void {
  let carry = 0;
  for (let at = sum.length - 1; at >= 0; at--) {
    const total = (sum[at] ?? 0) + (digest[at] ?? 0) + carry;
    sum[at] = total & 0xff;
    carry = total >> 8;
  }
}
