import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { changeRoute } from './change.ts';
import { commandRoutes } from './command.ts';
import { createRoute } from './create.ts';
import { generationsRoute } from './generations.ts';
import { logsRoute } from './logs.ts';
import { listRoute, showRoute } from './read.ts';
import { removeRoute } from './remove.ts';

const routes = [
  createRoute,
  listRoute,
  showRoute,
  changeRoute,
  commandRoutes,
  generationsRoute,
  logsRoute,
  removeRoute,
];

export const servicePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-service',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
