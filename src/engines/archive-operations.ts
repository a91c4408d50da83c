import type { Archive, PathStat, PutArchiveOptions } from '../model/path-stat.ts';

/** Copies files from and to containers as tar archives, whether they run or not. */
export interface ArchiveOperations {
  /** Throws `no_such_path`. */
  statPath(id: string, path: string): Promise<PathStat>;
  /** Reads a path with backpressure. Throws `no_such_container`, `no_such_path`, `too_many_readers`. */
  openArchive(id: string, path: string, signal: AbortSignal): Promise<Archive>;
  /**
   * Extracts an archive in a folder of the container, with backpressure. Resolves when the engine has extracted all of
   * it. If the archive fails, the request is aborted. Throws the archive's error, `no_such_container`, `no_such_path`,
   * `wrong_state` if the file system is read-only, `invalid`, and `too_many_readers`.
   */
  putArchive(
    id: string,
    options: PutArchiveOptions,
    archive: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<void>;
}
