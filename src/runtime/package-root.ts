import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** `.ts` where the program runs from its source, `.js` where it was built. */
export const programExtension = here.slice(here.lastIndexOf('.'));

/**
 * The folder of package.json. What is built lies beside a copy of it, in a few files that have nothing of the source's folders:
 * whatever is read from the disk is found from here.
 */
export const packageRoot = rootOf(dirname(here));

/** Of this program. */
export const { version } = createRequire(here)(join(packageRoot, 'package.json')) as { readonly version: string };

function rootOf(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return folder;
  return rootOf(dirname(folder));
}
