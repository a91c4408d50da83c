import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';
import { type Destination, followLink, splitPath } from './copy-rules.ts';

interface LocalSource {
  /** The path to read. */
  readonly path: string;
  /** Its name in the archive; `.` for the contents of a folder. */
  readonly name: string;
  readonly isDirectory: boolean;
}

/**
 * A local file or folder. A link is copied as a link, unless links are followed. Throws `invalid` if it does not exist.
 */
export async function findLocalSource(asked: string, isLinkFollowed: boolean): Promise<LocalSource> {
  // A trailing slash or dot requires a folder, and follows a link.
  const isFolderAsked = /\/\.{0,2}$|^\.{1,2}$/.test(asked);
  const stats = await (isLinkFollowed || isFolderAsked ? stat : lstat)(asked).catch((cause: Error) => {
    throw new SatsumaError('invalid', `cannot read ${asked}: ${cause.message}`, { cause });
  });
  const path = isLinkFollowed || isFolderAsked ? await realpath(asked) : resolve(asked);
  const isDirectory = stats.isDirectory();
  if (isFolderAsked && !isDirectory) throw new SatsumaError('invalid', `${asked} is not a folder`);
  const { base } = splitPath(asked);
  return { path, name: base === '..' ? splitPath(path).base : base, isDirectory };
}

const maxLinks = 10;

/** Resolves the destination, following links. Throws `invalid` for a device, a pipe or a socket. */
export async function findLocalDestination(asked: string): Promise<Destination> {
  let path = asked;
  for (let links = 0; ; links++) {
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) break;
    if (links === maxLinks) throw new SatsumaError('invalid', `${asked} has too many levels of symbolic links`);
    path = followLink(path, target);
  }
  const stats = await stat(path).catch(() => undefined);
  const isDirectory = stats?.isDirectory() ?? false;
  if (stats && !isDirectory && !stats.isFile())
    throw new SatsumaError('invalid', `${asked} must be a folder or a file`);
  return { path, exists: stats !== undefined, isDirectory };
}

/** Throws `invalid` if the folder does not exist. */
export async function requireFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) throw new SatsumaError('invalid', `there is no folder ${folder}`);
}
