import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** `.ts` when running from source, `.js` from a build. */
export const programExtension = here.slice(here.lastIndexOf('.'));

/**
 * The folder of package.json. A build has few files, without the source's folders, beside a copy of package.json: all
 * files that are read at runtime are located from here.
 */
export const packageRoot = rootOf(dirname(here));

/** The version of this program. */
export const { version } = createRequire(here)(join(packageRoot, 'package.json')) as { readonly version: string };

function rootOf(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return folder;
  return rootOf(dirname(folder));
}
