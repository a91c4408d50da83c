import { createHash, type Hash, randomUUID } from 'node:crypto';
import type { NewUpload, Upload } from '../../api/upload.ts';
import { contentsOf, Spool, type SpoolOptions } from '../../execution/archives/spool.ts';
import { SatsumaError } from '../../model/errors.ts';
import { mebibytes } from '../../model/mebibytes.ts';
import { oneForEach } from '../../runtime/one-for-each.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface UploadBounds {
  /** All of this server, and those of one owner. */
  readonly count: number;
  readonly countOfOwner: number;
  /** By announced sizes: all, and one. */
  readonly bytes: number;
  readonly bytesOfOne: number;
  /** How long an upload is kept that nobody uses. */
  readonly keptMs: number;
}

const defaultBounds: UploadBounds = {
  count: 32,
  countOfOwner: 8,
  bytes: 16 * 2 ** 30,
  bytesOfOne: 8 * 2 ** 30,
  keptMs: 3_600_000,
};

/** Bytes to append. `stop` ends them early: the client has opened another connection, and this one is dead. */
interface Appended {
  readonly offset: number;
  readonly bytes: AsyncIterable<Buffer>;
  readonly stop: () => void;
}

interface Kept extends NewUpload {
  readonly id: string;
  readonly owner: string;
  readonly spool: Spool;
  readonly hash: Hash;
  readonly timer: NodeJS.Timeout;
  writing: { readonly stop: () => void; readonly over: Promise<unknown> } | undefined;
  readers: number;
}

/**
 * Uploads that arrive in several requests, because a connection may break in the middle. Each is an unlinked temporary file: after a
 * restart nothing of it is left, and the client begins again, as it does at another server of the cluster.
 */
export class Uploads {
  readonly #bounds: UploadBounds;
  readonly #spoolOptions: SpoolOptions;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();

  constructor(bounds: Partial<UploadBounds> = {}, spoolOptions: SpoolOptions = {}) {
    this.#bounds = { ...defaultBounds, ...bounds };
    this.#spoolOptions = spoolOptions;
  }

  /**
   * A new upload, or the one that the owner has of the same bytes: it goes on. Throws `invalid` if it is too large, `too_many_readers`,
   * `disk_full`.
   */
  async create(owner: string, { size, sha256 }: NewUpload): Promise<Upload> {
    const { bytesOfOne, keptMs } = this.#bounds;
    if (size > bytesOfOne)
      throw new SatsumaError(
        'invalid',
        `an upload has ${mebibytes(bytesOfOne)} at most, and this one ${mebibytes(size)}`,
      );
    const known = () =>
      [...this.#kept.values()].find((each) => each.owner === owner && each.sha256 === sha256 && each.size === size);
    const before = known();
    if (before) return this.#used(before);
    const spool = await Spool.open({ ...this.#spoolOptions, isKept: true });
    try {
      // Another request may have begun it meanwhile.
      const other = known();
      if (other) {
        await spool.close();
        return this.#used(other);
      }
      this.#makeRoom(owner, size);
    } catch (error) {
      await spool.close();
      throw error;
    }
    const id = randomUUID();
    const timer = setTimeout(() => this.#expire(id), keptMs).unref();
    const kept = { id, owner, size, sha256, spool, timer, hash: createHash('sha256'), writing: undefined, readers: 0 };
    return this.#used(kept);
  }

  /** Throws `no_such_upload`. */
  inspect(owner: string, id: string): Upload {
    return this.#used(this.#find(owner, id));
  }

  /**
   * The bytes that arrive are kept even if the rest does not. Throws `no_such_upload`; `upload_offset` with the right one; `invalid`
   * if the bytes are not the announced ones, `disk_full`, after which the upload is gone; what `bytes` throws.
   */
  async append(owner: string, id: string, { offset, bytes, stop }: Appended): Promise<Upload> {
    const kept = this.#find(owner, id);
    // The client knows better than this server that its earlier connection is dead.
    while (kept.writing) {
      kept.writing.stop();
      await kept.writing.over;
    }
    this.#find(owner, id);
    const expected = kept.spool.offset;
    if (offset !== expected)
      throw new SatsumaError('upload_offset', `the upload has ${expected} bytes, and not ${offset}`, {
        details: { offset: expected },
      });
    const work = this.#write(kept, bytes);
    kept.writing = { stop, over: work.catch(() => undefined) };
    try {
      await work;
    } finally {
      kept.writing = undefined;
    }
    return this.#used(kept);
  }

  /** The whole. Throws `no_such_upload`; `upload_offset` if a part is missing. */
  open(owner: string, id: string): AsyncIterable<Buffer> {
    const kept = this.#find(owner, id);
    const { size, spool } = kept;
    if (spool.offset < size)
      throw new SatsumaError('upload_offset', `the upload has ${spool.offset} of ${size} bytes: send the rest first`, {
        details: { offset: spool.offset },
      });
    this.#used(kept);
    return this.#read(kept);
  }

  /** Nothing happens if there is none. */
  remove(owner: string, id: string): void {
    const kept = this.#kept.get(id);
    if (kept?.owner === owner) this.#drop(kept);
  }

  close(): void {
    for (const kept of this.#kept.values()) this.#drop(kept);
  }

  async #write(kept: Kept, bytes: AsyncIterable<Buffer>): Promise<void> {
    const { size, sha256, spool, hash } = kept;
    for await (const chunk of bytes) {
      if (spool.offset + chunk.length > size)
        throw new SatsumaError('invalid', `the upload has more than ${size} bytes`);
      try {
        await spool.write(chunk);
      } catch (error) {
        // A part of the chunk may be in the file.
        this.#giveUp(kept);
        throw error;
      }
      hash.update(chunk);
      kept.timer.refresh();
    }
    if (spool.offset < size || hash.copy().digest('hex') === sha256) return;
    this.#giveUp(kept);
    throw new SatsumaError(
      'invalid',
      'the uploaded bytes have another digest than the announced one: they have changed',
    );
  }

  async *#read(kept: Kept): AsyncGenerator<Buffer> {
    // It may have been removed since it was opened.
    this.#find(kept.owner, kept.id);
    kept.readers += 1;
    try {
      yield* contentsOf(kept.spool.file, { offset: 0, size: kept.size });
    } finally {
      kept.readers -= 1;
      this.#closeUnused(kept);
    }
  }

  #find(owner: string, id: string): Kept {
    const kept = this.#kept.get(id);
    // Whether others have an upload is nobody's business.
    if (kept?.owner === owner) return kept;
    throw new SatsumaError(
      'no_such_upload',
      'this server has no such upload: it expired, the server was restarted, or another one has it',
    );
  }

  #used(kept: Kept): Upload {
    const { id, size, sha256, spool, timer } = kept;
    timer.refresh();
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    return { id, size, sha256, offset: spool.offset };
  }

  /** An owner's earlier uploads make room for the new one, but no one else's do. Throws `too_many_readers`. */
  #makeRoom(owner: string, size: number): void {
    const { count, countOfOwner, bytes } = this.#bounds;
    const isFull = () => {
      const all = [...this.#kept.values()];
      const total = all.reduce((sum, each) => sum + each.size, size);
      const own = all.filter((each) => each.owner === owner).length;
      return own >= countOfOwner || all.length >= count || total > bytes;
    };
    while (isFull()) {
      const idle = [...this.#kept.values()].find((each) => each.owner === owner && isIdle(each));
      if (!idle)
        throw new SatsumaError('too_many_readers', 'this server keeps as many uploads as it may: try again later');
      this.#drop(idle);
    }
  }

  #expire(id: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    if (isIdle(kept)) this.#drop(kept);
    else kept.timer.refresh();
  }

  /** The client of the bytes that are being written gets an answer. */
  #giveUp(kept: Kept): void {
    kept.writing = undefined;
    this.#drop(kept);
  }

  #drop(kept: Kept): void {
    this.#kept.delete(kept.id);
    clearTimeout(kept.timer);
    kept.writing?.stop();
    this.#closeUnused(kept);
  }

  /** A build may still read it. */
  #closeUnused({ id, readers, spool }: Kept): void {
    if (readers === 0 && !this.#kept.has(id)) void spool.close().catch(() => undefined);
  }
}

function isIdle({ writing, readers }: Kept): boolean {
  return writing === undefined && readers === 0;
}

/** The uploads that this server keeps. */
export const uploadsOf = oneForEach<Cluster['cache'], Uploads>(() => new Uploads());
