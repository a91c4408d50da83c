import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { changeRoute, createRoute, removeRoute } from './change.ts';
import { commandRoutes } from './command.ts';
import { moveRoute, stopMoveRoute } from './move.ts';
import { generationsRoute, listRoute, logsRoute, showRoute } from './read.ts';

const routes = [
  createRoute,
  listRoute,
  showRoute,
  changeRoute,
  commandRoutes,
  moveRoute,
  stopMoveRoute,
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
