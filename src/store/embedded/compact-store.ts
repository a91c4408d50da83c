import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';
import { dataFile, openEnvironment } from './environment.ts';

/** Sizes of the store's file in bytes. */
interface Compacted {
  readonly before: number;
  readonly after: number;
}

/**
 * Compacts the store's file, returning free space to the disk. The folder must not be in use: throws
 * `store_unavailable` if it is, or if the disk has no space for a copy. In any outcome, the folder contains one
 * complete store.
 */
export async function compactStore(dir: string): Promise<Compacted> {
  if (!existsSync(join(dir, dataFile))) {
    throw new SatsumaError('invalid', `The folder ${dir} has no embedded store: there is no ${dataFile} in it.`);
  }
  const environment = openEnvironment(dir);
  try {
    const before = environment.fileBytes();
    if (!(await environment.compact())) {
      throw new SatsumaError(
        'store_unavailable',
        `The store in ${dir} is as it was: its disk has no room for a copy, which takes ${before} bytes at most.`,
      );
    }
    return { before, after: environment.fileBytes() };
  } finally {
    await environment.close();
  }
}
