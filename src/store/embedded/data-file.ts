import { closeSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { SatsumaError } from '../../model/errors.ts';

export interface DataFileLogger {
  error(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/**
 * The file that LMDB has open, and its path. LMDB does not notice if the file is removed or replaced while the server
 * runs: all later writes would be lost at a restart.
 */
export class DataFile {
  readonly #path: string;
  readonly #logger: DataFileLogger | undefined;
  readonly #fd: number;
  readonly #open: Pick<Stats, 'ino' | 'dev'>;
  #isMissing = false;

  /** Create it after LMDB has opened the file, while the folder is locked. */
  constructor(path: string, logger: DataFileLogger | undefined) {
    this.#path = path;
    this.#logger = logger;
    this.#fd = openSync(path, 'r');
    this.#open = fstatSync(this.#fd);
  }

  /** Throws `store_unavailable` unless the path still refers to the open file. Logs each change of that once. */
  assertInPlace(): void {
    const fault = this.#fault();
    if (fault === undefined) {
      if (this.#isMissing) this.#logger?.info({ path: this.#path }, "the store's file is back in its place");
      this.#isMissing = false;
      return;
    }
    if (!this.#isMissing) {
      this.#logger?.error({ path: this.#path, fault }, "the store's file is gone: writes are refused");
    }
    this.#isMissing = true;
    const remedy =
      'put it back where it was; or restart the server and register the engines again: what runs on them comes back from them';
    throw new SatsumaError(
      'store_unavailable',
      `The store's file ${this.#path} ${fault} while the server runs. Nothing is written, because a restart would lose it; ${remedy}.`,
    );
  }

  close(): void {
    closeSync(this.#fd);
  }

  #fault(): string | undefined {
    let found: Stats;
    try {
      found = statSync(this.#path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return ['ENOENT', 'ENOTDIR'].includes(code) ? 'was removed' : `cannot be looked at any more (${code})`;
    }
    const { ino, dev } = this.#open;
    return found.ino === ino && found.dev === dev ? undefined : 'was replaced by another one';
  }
}
