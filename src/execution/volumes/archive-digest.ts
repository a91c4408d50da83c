import { createHash } from 'node:crypto';
import { SatsumaError } from '../../model/errors.ts';
import { type TarHeader, TarReader } from '../read-tar.ts';

export interface ArchiveSummary {
  readonly bytes: number;
  readonly entries: number;
  /** Of all that the files are but for their times, in whichever order they come. */
  readonly digest: string;
}

/** Reads a tar archive as it passes. */
export class ArchiveDigest {
  /** The sum of the digests of all entries. */
  readonly #sum = Buffer.alloc(32);
  readonly #reader = new TarReader(async (header, content) => {
    const hash = createHash('sha256').update(describeEntry(header));
    for await (const bytes of content) hash.update(bytes);
    add(this.#sum, hash.digest());
    this.#entries += 1;
  });
  #entries = 0;

  get bytes(): number {
    return this.#reader.received;
  }

  /** The same bytes, once they are read here as well. Throws what the archive throws, and `engine_failed` for what is none. */
  async *pass(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const bytes of archive) {
        await this.#reader.write(bytes).catch(makesNoSense);
        yield bytes;
      }
      await this.#reader.end().catch(makesNoSense);
    } finally {
      this.#reader.close();
    }
  }

  summary(): ArchiveSummary {
    return { bytes: this.bytes, entries: this.#entries, digest: `sha256:${this.#sum.toString('hex')}` };
  }
}

/** Reads an archive to its end. */
export async function digestOf(archive: AsyncIterable<Buffer>): Promise<ArchiveSummary> {
  const digest = new ArchiveDigest();
  for await (const _ of digest.pass(archive));
  return digest.summary();
}

function makesNoSense(cause: Error): never {
  throw new SatsumaError('engine_failed', `the archive of an engine makes no sense: ${cause.message}`, { cause });
}

function describeEntry({ name, type, mode, uid, gid, size, linkname }: TarHeader): string {
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
