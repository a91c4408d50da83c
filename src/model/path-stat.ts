/** What is at a path in a container. The fields are those of Docker's header `X-Docker-Container-Path-Stat`. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** A mode of Go's: the permissions, and bits of its own for the type. */
  readonly mode: number;
  readonly mtime: string;
  /** Of a symbolic link: where it points, within the container; empty otherwise. */
  readonly linkTarget: string;
}

/** A tar archive, and what its first entry is. */
export interface Archive {
  readonly stat: PathStat;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Options of docker's, by docker's names. */
export interface PutArchiveOptions {
  /** The folder in which the archive is unpacked. */
  readonly path: string;
  /** Neither is a folder replaced by a file, nor a file by a folder. */
  readonly noOverwriteDirNonDir?: boolean | undefined;
  readonly copyUIDGID?: boolean | undefined;
}

const directoryBit = 2 ** 31;
const linkBit = 2 ** 27;
/** Devices, pipes, sockets, and what Go does not know. */
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

/** Not by `&`, which knows 32 bits with a sign. */
function hasBit(mode: number, bit: number): boolean {
  return Math.floor(mode / bit) % 2 === 1;
}
