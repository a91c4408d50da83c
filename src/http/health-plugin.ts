import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../state/cluster.ts';
import { success } from './envelope.ts';

/** Liveness: the process answers. Readiness: the store does too. */
export const healthPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'health',
  register: (server, { cluster }) => {
    server.route([
      { method: 'GET', path: '/', handler: () => success('Hello world! GET /apiv1/') },
      { method: 'GET', path: '/healthz', handler: () => success('alive') },
      {
        method: 'GET',
        path: '/readyz',
        handler: async () => {
          await cluster.store.ping();
          return success('ready');
        },
      },
    ]);
  },
};
