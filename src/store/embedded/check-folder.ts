import { statSync } from 'node:fs';

const writableToOthers = 0o022;
const openToOthers = 0o077;

export interface FolderLogger {
  warn(fields: object, message: string): void;
}

/**
 * Throws if others can write to the folder: they could replace the store, or plant a link. Warns if they can read it.
 */
export function checkFolder(dir: string, logger: FolderLogger | undefined): void {
  const { mode } = statSync(dir);
  if ((mode & writableToOthers) !== 0) {
    throw new Error(`others can write to it (mode ${octal(mode)}); set chmod 700 ${dir}`);
  }
  if ((mode & openToOthers) !== 0) {
    logger?.warn({ dir, mode: octal(mode) }, 'others can read the data folder; set chmod 700');
  }
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8);
}
