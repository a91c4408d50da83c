import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';
import { openOwnFile } from './open-own-file.ts';

/**
 * Locks the folder for this process, or throws. Returns a function that unlocks it.
 *
 * Uses flock(2): the lock belongs to the open file, so the kernel releases it however the process ends, and no stale
 * lock has to be told from a live one. Node has no call for it; the `flock` command locks an inherited file, and the
 * lock stays with our descriptor after the command has ended.
 */
export function lockFolder(dir: string): () => void {
  const path = join(dir, 'lock');
  const fd = openOwnFile(path);
  try {
    takeLock(fd, dir, path);
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => closeSync(fd);
}

function takeLock(fd: number, dir: string, path: string): void {
  const { status, error } = spawnSync('flock', ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  if (status === 0) return;
  if (status === 1) {
    const [owner = 'unknown'] = /^\d+/.exec(readFileSync(path, 'latin1')) ?? [];
    throw new SatsumaError('store_unavailable', `The folder ${dir} is in use by another Satsuma (process ${owner}).`);
  }
  const message = `The folder ${dir} could not be locked: the command flock (Debian: util-linux) is missing or failed.`;
  throw new SatsumaError('store_unavailable', message, { cause: error });
}
