import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SatsumaError } from '../../model/errors.ts';
import { dataFile, openEnvironment } from './environment.ts';

/** Bytes of the store's file. */
export interface Compacted {
  readonly before: number;
  readonly after: number;
}

/**
 * Gives the room that the store's file has free back to the disk. For a folder that no server holds: `store_unavailable`
 * otherwise, and where the disk has no room for a copy. However it ends, the folder has one whole store.
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
