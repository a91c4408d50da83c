import type { Server } from '@hapi/hapi';
import { forKnown } from '../route-rules.ts';

/** Endpoints of Docker's API that this door does not serve yet, by method. */
export const notYet: readonly (readonly [method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string])[] = [
  ['POST', '/containers/{container}/update'],
  ['GET', '/containers/{container}/attach/ws'],
  ['POST', '/containers/prune'],
  ['GET', '/events'],
  ['GET', '/system/df'],
  ['POST', '/auth'],
  ['GET', '/images/json'],
  ['POST', '/images/create'],
  ['POST', '/images/load'],
  ['POST', '/images/prune'],
  ['GET', '/images/search'],
  ['GET', '/images/get'],
  ['GET', '/images/{name}/json'],
  ['GET', '/images/{name}/history'],
  ['GET', '/images/{name}/get'],
  ['POST', '/images/{name}/push'],
  ['POST', '/images/{name}/tag'],
  ['DELETE', '/images/{name}'],
  ['POST', '/commit'],
  ['POST', '/build'],
  ['POST', '/build/prune'],
  ['POST', '/session'],
  ['POST', '/grpc'],
  ['GET', '/distribution/{name}/json'],
  ['GET', '/volumes'],
  ['POST', '/volumes/create'],
  ['POST', '/volumes/prune'],
  ['GET', '/volumes/{name}'],
  ['DELETE', '/volumes/{name}'],
  ['GET', '/networks'],
  ['POST', '/networks/create'],
  ['POST', '/networks/prune'],
  ['GET', '/networks/{name}'],
  ['DELETE', '/networks/{name}'],
  ['POST', '/networks/{name}/connect'],
  ['POST', '/networks/{name}/disconnect'],
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
