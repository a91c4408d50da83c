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

/** Reserved for other users of the disk. */
export const minFreeBytes = 256 * 2 ** 20;
/** How much all spools write before free space is checked again. */
const checkEveryBytes = 16 * 2 ** 20;
const sliceBytes = 256 * 1024;
/** Each needs disk space for its archive. */
const maxSpools = 8;

/** A waiter that waits for longer gives up: what it waits for may wait for it. */
const maxWaitMs = 10 * 60_000;

let spools = 0;
const waiting = new Set<() => void>();
/** How much the spools may write before the next check. */
let roomBytes = 0;

export interface SpoolOptions {
  /** Returns the free space for spools; for tests. */
  readonly freeBytes?: () => Promise<number>;
  /** Waits for its turn until this aborts, where all others fail at once. */
  readonly turn?: AbortSignal | undefined;
  /** Whoever opens it bounds the number of such spools: they exist for longer than an archive is read. */
  readonly isKept?: boolean;
}

/** A temporary file for an archive. It is unlinked when this returns, so that a crash leaves nothing behind. */
export class Spool {
  readonly file: FileHandle;
  readonly #freeBytes: () => Promise<number>;
  readonly #end: () => void;
  #offset = 0;

  private constructor(file: FileHandle, freeBytes: () => Promise<number>, end: () => void) {
    this.file = file;
    this.#freeBytes = freeBytes;
    this.#end = end;
  }

  /** Throws `too_many_readers`, `disk_full`. */
  static async open({ freeBytes = freeInFolder, turn, isKept = false }: SpoolOptions = {}): Promise<Spool> {
    if (!isKept) await takeTurn(turn);
    const end = isKept ? () => undefined : grantNext;
    try {
      const path = join(tmpdir(), `satsuma-${randomUUID()}.tar`);
      const file = await open(path, 'wx+', 0o600);
      await unlink(path);
      // Other programs may have written meanwhile.
      roomBytes = 0;
      return new Spool(file, freeBytes, end);
    } catch (error) {
      end();
      throw noRoom(error);
    }
  }

  get offset(): number {
    return this.#offset;
  }

  /** Throws `disk_full`. */
  async write(bytes: Buffer): Promise<void> {
    if (roomBytes < bytes.length) await this.#findRoom(bytes.length);
    roomBytes -= bytes.length;
    // A nearly full disk accepts partial writes.
    for (let done = 0; done < bytes.length; ) {
      const left = bytes.length - done;
      const { bytesWritten } = await this.file.write(bytes, done, left, this.#offset).catch((error: unknown) => {
        throw noRoom(error);
      });
      if (bytesWritten === 0) throw noRoom(undefined);
      done += bytesWritten;
      this.#offset += bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.file.close().finally(this.#end);
  }

  async #findRoom(neededBytes: number): Promise<void> {
    const free = (await this.#freeBytes()) - minFreeBytes;
    if (free < neededBytes) throw noRoom(undefined);
    roomBytes = Math.min(free, Math.max(checkEveryBytes, neededBytes));
  }
}

async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  if (spools < maxSpools) spools += 1;
  else if (signal) await nextTurn(signal);
  else throw tooMany();
}

/** Those that wait come before those that ask now. */
function grantNext(): void {
  const [next] = waiting;
  if (next) next();
  else spools -= 1;
}

async function nextTurn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      waiting.delete(take);
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const take = () => {
      end();
      resolve();
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      end();
      reject(tooMany());
    }, maxWaitMs).unref();
    signal.addEventListener('abort', abort, { once: true });
    waiting.add(take);
  });
}

function tooMany(): SatsumaError {
  const sentence = `this server reads ${maxSpools} archives of images already, and no more at a time: try again later`;
  return new SatsumaError('too_many_readers', sentence);
}

async function freeInFolder(): Promise<number> {
  const { bavail, bsize } = await statfs(tmpdir());
  return bavail * bsize;
}

export async function* contentsOf(
  file: FileHandle,
  { offset, size }: Pick<SpooledEntry, 'offset' | 'size'>,
): AsyncGenerator<Buffer> {
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
