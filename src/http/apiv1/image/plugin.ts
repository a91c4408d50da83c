import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { listRoute } from './list.ts';
import { removeRoute } from './remove.ts';
import { replaceRoute } from './replace.ts';
import { saveRoute } from './save.ts';
import { showRoute } from './show.ts';

const routes = [saveRoute, listRoute, showRoute, replaceRoute, removeRoute];

export const imagePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-image',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
