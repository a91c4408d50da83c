import type { Server } from '@hapi/hapi';
import { forKnown } from '../route-rules.ts';

/** Endpoints of Docker's API that this door does not serve yet, by method. */
export const notYet: readonly (readonly [method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string])[] = [
  ['GET', '/containers/{container}/attach/ws'],
];

const sentence = 'this endpoint of Docker’s API is not served by Satsuma yet: see docs/doors/docker.md for what is';

/** They say so, rather than that there is no such page. */
export function notYetRoutes(server: Server): void {
  for (const [method, path] of notYet) {
    server.route({
      method,
      path,
      options: { plugins: forKnown, ...(method !== 'GET' && { payload: { parse: false, maxBytes: 2 ** 20 } }) },
      handler: (_, h) => h.response({ message: sentence }).code(501),
    });
  }
}
