import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../state/cluster.ts';
import { success } from './envelope.ts';
import { forAnyone } from './route-rules.ts';

/** Liveness: the process answers. Readiness: the store does too. */
export const healthPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'health',
  register: (server, { cluster }) => {
    server.route([
      {
        method: 'GET',
        path: '/',
        options: { description: 'Greet, and name the path that lists all routes', plugins: forAnyone },
        handler: () => success('Hello world! GET /apiv1/'),
      },
      {
        method: 'GET',
        path: '/healthz',
        options: { description: 'Tell that the process works', plugins: forAnyone },
        handler: () => success('alive'),
      },
      {
        method: 'GET',
        path: '/readyz',
        options: { description: 'Tell whether the store takes writes', plugins: forAnyone },
        handler: async () => {
          await cluster.store.ping();
          return success('ready');
        },
      },
    ]);
  },
};
