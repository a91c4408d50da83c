import type { Archive, PathStat, PutArchiveOptions } from '../model/path-stat.ts';

/** Files of a container, running or not, as tar archives. */
export interface ArchiveOperations {
  /** Throws `no_such_path`. */
  statPath(id: string, path: string): Promise<PathStat>;
  /** What is at the path, read as fast as it is asked for. Throws `no_such_container`, `no_such_path`, `too_many_readers`. */
  openArchive(id: string, path: string, signal: AbortSignal): Promise<Archive>;
  /**
   * Unpacks an archive in a folder of the container, and reads it as fast as the engine takes it. Resolves when the engine has
   * unpacked all of it. If the archive breaks off, so does the request. Throws what the archive throws, `no_such_container`,
   * `no_such_path`, `wrong_state` of what cannot be written, `invalid`, and `too_many_readers`.
   */
  putArchive(
    id: string,
    options: PutArchiveOptions,
    archive: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<void>;
}
