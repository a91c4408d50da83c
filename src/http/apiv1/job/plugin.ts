import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { changeRoute, createRoute, removeRoute } from './change.ts';
import { readRoutes } from './read.ts';
import { runRoutes } from './run.ts';

const routes = [createRoute, readRoutes, changeRoute, removeRoute, runRoutes];

export const jobPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-job',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
