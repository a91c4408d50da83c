import { statfsSync } from 'node:fs';

/** Below this free space, a failed write is attributed to a full disk. */
const fullBytes = 2 ** 20;

export function isFull(dir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize < fullBytes;
  } catch {
    return false;
  }
}
