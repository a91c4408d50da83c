import { statfs } from 'node:fs/promises';
import type { Finding } from '../../model/finding.ts';
import { mebibytes } from '../../model/mebibytes.ts';

const subject = 'store';
/** A commit needs a few pages, and compacting needs space for a copy of the file. */
const problemBytes = 64 * 2 ** 20;
const warningBytes = 2 ** 30;

/** Checks the free space for the store's file. */
export async function examineFolder(dir: string, fileBytes: number): Promise<Finding[]> {
  const { bavail, bsize, blocks } = await statfs(dir);
  const free = bavail * bsize;
  const message = `${mebibytes(free)} of ${mebibytes(blocks * bsize)} are free in ${dir}; the store's file takes ${mebibytes(fileBytes)}`;
  const found = { check: 'store.disk', subject, message };
  const remedy = 'free room on that disk, or stop the server and move the folder: a full disk refuses every change';
  const isTight = free < Math.max(warningBytes, 2 * fileBytes);
  const kept: Finding = {
    ...{ check: 'store.persistence', subject, status: 'ok' },
    message: 'the embedded store has every change on the disk before it is acknowledged',
  };
  if (free < problemBytes) return [kept, { ...found, status: 'problem', remedy }];
  return [kept, isTight ? { ...found, status: 'warning', remedy } : { ...found, status: 'ok' }];
}
