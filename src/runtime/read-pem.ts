import { readFile } from 'node:fs/promises';
import { SatsumaError } from '../model/errors.ts';

/** Reads a file that the configuration names; `what` describes it in the error. */
export async function readPem(path: string, what = 'certificate'): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SatsumaError('invalid', `cannot read the ${what} file ${path}: ${cause.code}`, { cause });
  });
}
