import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../state/cluster.ts';
import { success } from './envelope.ts';
import { forAnyone } from './route-rules.ts';

/** Liveness: the process answers. Readiness: the store answers, too. */
export const healthPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'health',
  register: (server, { cluster }) => {
    server.route([
      {
        method: 'GET',
        path: '/',
        options: { description: 'Show the path that lists all routes', plugins: forAnyone },
        handler: () => success('Hello world! GET /apiv1/'),
      },
      {
        method: 'GET',
        path: '/healthz',
        options: { description: 'Liveness: the process answers', plugins: forAnyone },
        handler: () => success('alive'),
      },
      {
        method: 'GET',
        path: '/readyz',
        options: { description: 'Readiness: the store accepts writes', plugins: forAnyone },
        handler: async () => {
          await cluster.store.ping();
          return success('ready');
        },
      },
    ]);
  },
};
