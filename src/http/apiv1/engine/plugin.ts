import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { containersRoute } from './containers.ts';
import { drainRoute } from './drain.ts';
import { listRoute } from './list.ts';
import { registerRoute } from './register.ts';
import { rehearseRoute } from './rehearse.ts';
import { removeRoute } from './remove.ts';
import { showRoute } from './show.ts';
import { updateRoute } from './update.ts';

const routes = [
  registerRoute,
  listRoute,
  showRoute,
  updateRoute,
  drainRoute,
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
