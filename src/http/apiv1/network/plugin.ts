import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { createRoute, pruneRoute, removeRoute } from './change.ts';
import { connectRoute, disconnectRoute } from './members.ts';
import { inspectRoute, listRoute } from './read.ts';

const routes = [listRoute, inspectRoute, createRoute, removeRoute, pruneRoute, connectRoute, disconnectRoute];

export const networkPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-network',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
