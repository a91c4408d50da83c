import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { planRoute } from './plan.ts';
import { showRoute } from './show.ts';
import { startRoute } from './start.ts';
import { stopRoute } from './stop.ts';

const routes = [planRoute, startRoute, showRoute, stopRoute];

export const rebalancePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-rebalance',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
