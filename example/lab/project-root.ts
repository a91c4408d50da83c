import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The folder of package.json, `dist` and `.lab`; also for code that `npm test` has compiled to `.test`. */
export const projectRoot = basename(here) === '.test' ? dirname(here) : here;
