import { createRequire } from 'node:module';

/** Of this program. The build puts a copy of package.json beside what it makes, so that the path is the same in both places. */
export const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
