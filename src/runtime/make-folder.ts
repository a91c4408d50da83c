import { existsSync, mkdirSync, opendirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Throws what the file system says. Node's recursive mkdir goes round
 * in circles for ever where a folder exists and none can be made in it with ENOENT, as in /proc.
 */
export function makeFolder(path: string, mode: number): void {
  const whole = resolve(path);
  const missing: string[] = [];
  for (let each = whole; !existsSync(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing) makeUnlessThere(each, mode);
  if (missing.length === 0) opendirSync(whole).closeSync();
}

/** Another process may make it at the same moment. */
function makeUnlessThere(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    opendirSync(path).closeSync();
  }
}
