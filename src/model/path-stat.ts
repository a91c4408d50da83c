/** File information of a path in a container. Fields are those of Docker's header `X-Docker-Container-Path-Stat`. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** A Go file mode: the permission bits, and Go's own type bits. */
  readonly mode: number;
  readonly mtime: string;
  /** The target of a symbolic link, within the container; empty for other files. */
  readonly linkTarget: string;
}

/** A tar archive, with the file information of its first entry. */
export interface Archive {
  readonly stat: PathStat;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Options of Docker's endpoint, with Docker's names. */
export interface PutArchiveOptions {
  /** The folder in which the archive is extracted. */
  readonly path: string;
  /** Fail instead of replacing a directory with a file, or a file with a directory. */
  readonly noOverwriteDirNonDir?: boolean | undefined;
  readonly copyUIDGID?: boolean | undefined;
}

const directoryBit = 2 ** 31;
const linkBit = 2 ** 27;
/** Devices, pipes, sockets, and types that Go does not know. */
const otherBits = [2 ** 26, 2 ** 25, 2 ** 24, 2 ** 21, 2 ** 19];

export function isDirectory({ mode }: Pick<PathStat, 'mode'>): boolean {
  return hasBit(mode, directoryBit);
}

export function isLink({ mode }: Pick<PathStat, 'mode'>): boolean {
  return hasBit(mode, linkBit);
}

export function isRegularFile(stat: Pick<PathStat, 'mode'>): boolean {
  return !isDirectory(stat) && !isLink(stat) && !otherBits.some((bit) => hasBit(stat.mode, bit));
}

/** Without `&`, which works on signed 32-bit integers. */
function hasBit(mode: number, bit: number): boolean {
  return Math.floor(mode / bit) % 2 === 1;
}
