import type { Server } from '@hapi/hapi';
import { codeComes, noFlynn } from '../../application/refusals.ts';
import { forKnown } from '../route-rules.ts';
import { paths } from './names.ts';

const noGit = `there is no git server here: ${codeComes}`;

/** Plug-ins of the original that have no meaning here, each with what to do instead. */
const refused: readonly (readonly [method: 'GET' | 'POST', path: string, sentence: string])[] = [
  ['POST', 'gitreceive/setup', noGit],
  ['GET', 'gitreceive/add-key', noGit],
  ['GET', 'gitreceive/set-config', noGit],
  ['POST', 'gitreceive/push-data', noGit],
  ['POST', 'shelf/setup', `there is no shelf for builds here: ${codeComes}`],
  ['GET', 'flynn-postgres/init', noFlynn],
];

/** The git daemon of the original asks whether somebody may push: nobody may. */
const checks = ['gitreceive/check-key', 'gitreceive/check-repo'];

const maxBytes = 1024 * 1024;

/** Said as a line of a stream: its client shows it, and ends with 1. What is sent is not read. */
export function pluginRoutes(server: Server): void {
  for (const [method, path, error] of refused) {
    for (const each of paths(path)) {
      server.route({
        method,
        path: each,
        options: {
          plugins: forKnown,
          ...(method === 'POST' && { payload: { parse: false, output: 'stream' as const, maxBytes: maxBytes } }),
        },
        handler: (_, h) => h.response(`${JSON.stringify({ error })}\n`).type('text/json'),
      });
    }
  }
  for (const path of checks.flatMap(paths)) {
    server.route({
      method: 'GET',
      path,
      options: { plugins: forKnown },
      handler: (_, h) => h.response('unauthorized').type('text/plain'),
    });
  }
}
