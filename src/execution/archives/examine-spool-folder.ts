import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Finding } from '../../model/finding.ts';
import { mebibytes } from '../../model/mebibytes.ts';
import { minFreeBytes } from './spool.ts';

/** The size of a large image. */
const enoughBytes = 4 * 2 ** 30;
/** Linux' magic numbers of in-memory file systems. */
const inMemory = [0x01021994, 0x858458f6];

/** Checks that the server's folder for temporary files has space for image archives. */
export async function examineSpoolFolder(folder = tmpdir()): Promise<Finding> {
  const found = { check: 'server.temporary-files', subject: 'server' } as const;
  const remedy = 'free room there, or start the server with TMPDIR set to a folder on a larger disk';
  try {
    const { bavail, bsize, blocks, type } = await statfs(folder);
    const free = bavail * bsize;
    const where = inMemory.includes(type) ? `${folder}, which is in memory` : folder;
    const message = `${mebibytes(free)} of ${mebibytes(blocks * bsize)} are free in ${where}: it buffers images that are being copied`;
    if (free < minFreeBytes) return { ...found, status: 'problem', message, remedy };
    return free < enoughBytes ? { ...found, status: 'warning', message, remedy } : { ...found, status: 'ok', message };
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    return { ...found, status: 'problem', message: `${folder} cannot be used for temporary files (${code})`, remedy };
  }
}
