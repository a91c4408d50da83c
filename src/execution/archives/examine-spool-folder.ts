import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Finding } from '../../model/finding.ts';
import { mebibytes } from '../../model/mebibytes.ts';
import { leastFreeBytes } from './spool.ts';

/** An image of some size. */
const enoughBytes = 4 * 2 ** 30;
/** The magic numbers of Linux for file systems in memory. */
const inMemory = [0x01021994, 0x858458f6];

/** Whether archives of images find room in the folder for temporary files of this server. */
export async function examineSpoolFolder(folder = tmpdir()): Promise<Finding> {
  const found = { check: 'server.temporary-files', subject: 'server' } as const;
  const remedy = 'free room there, or start the server with TMPDIR set to a folder on a larger disk';
  try {
    const { bavail, bsize, blocks, type } = await statfs(folder);
    const free = bavail * bsize;
    const where = inMemory.includes(type) ? `${folder}, which is in memory` : folder;
    const message = `${mebibytes(free)} of ${mebibytes(blocks * bsize)} are free in ${where}: images that are copied wait there`;
    if (free < leastFreeBytes) return { ...found, status: 'problem', message, remedy };
    return free < enoughBytes ? { ...found, status: 'warning', message, remedy } : { ...found, status: 'ok', message };
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    return { ...found, status: 'problem', message: `${folder} cannot be used for temporary files (${code})`, remedy };
  }
}
