import { existsSync, mkdirSync, opendirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder with its missing parents. Throws the file system's error. Node's recursive mkdir loops forever if a
 * folder exists in which creating one fails with ENOENT, as in /proc.
 */
export function makeFolder(path: string, mode: number): void {
  const whole = resolve(path);
  const missing: string[] = [];
  for (let each = whole; !existsSync(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing) makeUnlessThere(each, mode);
  if (missing.length === 0) opendirSync(whole).closeSync();
}

/** Another process may create it concurrently. */
function makeUnlessThere(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    opendirSync(path).closeSync();
  }
}
