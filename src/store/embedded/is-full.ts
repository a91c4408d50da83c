import { statfsSync } from 'node:fs';

/** With less room than this, a failed write failed for want of room. */
const fullBytes = 2 ** 20;

export function isFull(dir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize < fullBytes;
  } catch {
    return false;
  }
}
