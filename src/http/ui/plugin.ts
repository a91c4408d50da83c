import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { notFound } from '@hapi/boom';
import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { packageRoot } from '../../runtime/package-root.ts';
import { forAnyone } from '../route-rules.ts';
import { strictValidation } from '../validation.ts';

const params = Joi.object({ file: Joi.string().allow('').max(128) });

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Everything is of this server, and nothing is within the page's own text. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The web page, as `npm run build` made it. Nothing in it is secret: what it shows it asks the API for, as whoever looks at it. */
export const uiPlugin: Plugin<{ readonly folder?: string }> = {
  name: 'ui',
  register: (server, { folder = builtFolder() }) => {
    let files: Promise<ReadonlyMap<string, Buffer>> | undefined;
    server.route<{ Params: { readonly file?: string } }>({
      method: 'GET',
      path: '/ui/{file?}',
      options: {
        description: 'Show the web page, or one of its files',
        plugins: forAnyone,
        validate: { ...strictValidation, params },
      },
      handler: async ({ params }, h) => {
        const file = params.file || 'index.html';
        files ??= readAll(folder).catch(() => {
          files = undefined;
          throw notFound('the web page is not built here: "npm run build" builds it');
        });
        const found = (await files).get(file);
        if (!found) throw notFound('the web page has no such file');
        return (
          h
            .response(found)
            .type(types[extname(file)] ?? 'application/octet-stream')
            // Another build has other bytes under the same names.
            .header('cache-control', 'no-cache')
            .header('content-security-policy', contentSecurityPolicy)
            .header('x-content-type-options', 'nosniff')
            .header('referrer-policy', 'no-referrer')
        );
      },
    });
  },
};

/** Beside the copy of package.json in what is built; of a server that runs from its source, where the last build is. */
function builtFolder(): string {
  const beside = join(packageRoot, 'ui');
  return existsSync(beside) ? beside : join(packageRoot, 'dist/ui');
}

/** By name. */
async function readAll(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}
