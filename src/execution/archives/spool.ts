import { randomUUID } from 'node:crypto';
import { type FileHandle, open, statfs, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';

/** An entry of an archive; its content is in the spool. */
export interface SpooledEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'link';
  readonly linkName: string | undefined;
  readonly mode: number;
  readonly modifiedAt: Date;
  readonly size: number;
  readonly offset: number;
}

/** Others need the disk, too. */
const leastFreeBytes = 256 * 2 ** 20;
const checkEveryBytes = 64 * 2 ** 20;
const sliceBytes = 256 * 1024;
/** Each holds a file as large as its archive. */
const mostSpools = 8;

let spools = 0;

/** A file for an archive, in the folder for temporary files. It has no name any more when this returns, so that a crash leaves nothing. */
export class Spool {
  readonly file: FileHandle;
  #offset = 0;
  #checkedAt = Number.NEGATIVE_INFINITY;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  /** Throws `too_many_readers`, `disk_full`. */
  static async open(): Promise<Spool> {
    if (spools >= mostSpools) {
      const sentence = `this server reads ${mostSpools} archives of images already, and no more at a time: try again later`;
      throw new SatsumaError('too_many_readers', sentence);
    }
    spools += 1;
    try {
      const path = join(tmpdir(), `satsuma-${randomUUID()}.tar`);
      const file = await open(path, 'wx+', 0o600);
      await unlink(path);
      return new Spool(file);
    } catch (error) {
      spools -= 1;
      throw noRoom(error);
    }
  }

  get offset(): number {
    return this.#offset;
  }

  /** Throws `disk_full`. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#offset - this.#checkedAt >= checkEveryBytes) await this.#check();
    await this.file.write(bytes, 0, bytes.length, this.#offset).catch((error: unknown) => {
      throw noRoom(error);
    });
    this.#offset += bytes.length;
  }

  async close(): Promise<void> {
    spools -= 1;
    await this.file.close();
  }

  async #check(): Promise<void> {
    this.#checkedAt = this.#offset;
    const { bavail, bsize } = await statfs(tmpdir());
    if (bavail * bsize < leastFreeBytes) throw noRoom(undefined);
  }
}

export async function* contentsOf(file: FileHandle, { offset, size }: SpooledEntry): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; ) {
    const length = Math.min(sliceBytes, size - done);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset + done);
    if (bytesRead === 0) throw new Error('the file of an archive is shorter than it was');
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function noRoom(cause: unknown): SatsumaError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'ENOSPC';
  const sentence = `this server has no room for the archive in ${tmpdir()} (${code}): free some, or set TMPDIR`;
  return new SatsumaError('disk_full', sentence, { cause });
}
