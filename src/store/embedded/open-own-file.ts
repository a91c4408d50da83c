import { constants, openSync } from 'node:fs';

/** Opens or creates a private file of the store. Refuses symbolic links, whose targets are not the store's files. */
export function openOwnFile(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    const isLink = error instanceof Error && 'code' in error && error.code === 'ELOOP';
    throw isLink ? new Error(`${path} is a symbolic link; remove it`, { cause: error }) : error;
  }
}
