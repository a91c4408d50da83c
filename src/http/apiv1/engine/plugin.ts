import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { drainPlanRoute, drainRoute, registerRoute, removeRoute, updateRoute } from './change.ts';
import { containersRoute, listRoute, othersRoute, rehearseRoute, showRoute } from './read.ts';

const routes = [
  registerRoute,
  listRoute,
  othersRoute,
  showRoute,
  updateRoute,
  drainRoute,
  drainPlanRoute,
  rehearseRoute,
  removeRoute,
  containersRoute,
];

export const enginePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-engine',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
