import { createHash } from 'node:crypto';
import { SatsumaError } from '../../model/errors.ts';
import { type TarHeader, TarReader } from '../read-tar.ts';

export interface ArchiveSummary {
  readonly bytes: number;
  readonly entries: number;
  /** Covers the files without their times, independent of their order. */
  readonly digest: string;
}

/** Computes a digest of a tar archive in a pass-through. */
export class ArchiveDigest {
  /** The sum of all entries' digests. */
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

  /**
   * Passes the bytes through while reading them. Throws the archive's error, and `engine_failed` for an invalid
   * archive.
   */
  async *pass(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const bytes of archive) {
        await this.#reader.write(bytes).catch(invalidArchive);
        yield bytes;
      }
      await this.#reader.end().catch(invalidArchive);
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

function invalidArchive(cause: Error): never {
  throw new SatsumaError('engine_failed', `an engine sent an invalid archive: ${cause.message}`, { cause });
}

function describeEntry({ name, type, mode, uid, gid, size, linkname }: TarHeader): string {
  return JSON.stringify([name, type, mode, uid, gid, size, linkname ?? '']);
}

/** Adds as one long number, so that the order does not matter, and duplicates do. */
function add(sum: Buffer, digest: Buffer): void {
  let carry = 0;
  for (let at = sum.length - 1; at >= 0; at--) {
    const total = (sum[at] ?? 0) + (digest[at] ?? 0) + carry;
    sum[at] = total & 0xff;
    carry = total >> 8;
  }
}
