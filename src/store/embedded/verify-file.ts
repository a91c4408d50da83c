import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';
import { packageRoot, programExtension } from '../../runtime/package-root.ts';

/** Reading a store of 1 GB takes seconds; reading a damaged one may not end. */
const readWithinMs = 120_000;

/**
 * Reads the whole file in a separate process first, and throws if that fails: LMDB trusts its file, so a damaged or
 * truncated one crashes the reading process without an error.
 */
export function verifyFile(path: string): void {
  // An empty file is initialized by its user.
  if (statSync(path).size === 0) return;
  const program = join(packageRoot, `src/store/embedded/read-file${programExtension}`);
  const { status, signal, error, stderr } = spawnSync(process.execPath, [...process.execArgv, program, path], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: readWithinMs,
    killSignal: 'SIGKILL',
    maxBuffer: 65_536,
  });
  if (status === 0) return;
  if (error && signal === null) throw error;
  const reason = signal ? `reading it ended with ${signal}` : lastLine(stderr);
  const remedy = `restore it from a copy; or move it away, start anew and register the engines again: what runs on them comes back from them`;
  throw new SatsumaError('store_unavailable', `The store's file ${path} is damaged (${reason}); ${remedy}.`);
}

/** The error of read-file.ts, without control characters. */
function lastLine(text: string): string {
  const [line = 'reading it failed'] = text.trim().split('\n').slice(-1);
  return line.replace(/[^\x20-\x7e]/g, '?').slice(0, 200) || 'reading it failed';
}
