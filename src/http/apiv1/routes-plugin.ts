import type { Plugin, Server } from '@hapi/hapi';
import { success } from '../envelope.ts';
import { forKnown } from '../route-rules.ts';

/** Lists the routes, generated from the server's own table. */
export const routesPlugin: Plugin<void> = {
  name: 'apiv1-routes',
  register: (server) => {
    for (const path of ['/apiv1', '/apiv1/']) {
      server.route({
        method: 'GET',
        path,
        options: { description: 'List all routes', plugins: forKnown },
        handler: ({ server }) => success(routesOf(server)),
      });
    }
  },
};

function routesOf(server: Server): object[] {
  const routes = server.table().map(({ method, path }) => ({ method: method.toUpperCase(), path }));
  return routes.sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
