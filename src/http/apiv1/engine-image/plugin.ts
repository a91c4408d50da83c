import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { loadRoute, saveRoute } from './archive.ts';
import { buildRoute } from './build.ts';
import { pruneRoute, removeRoute, tagRoute } from './change.ts';
import { pullRoute } from './pull.ts';
import { historyRoute, inspectRoute, listRoute } from './read.ts';

const routes = [
  listRoute,
  inspectRoute,
  historyRoute,
  tagRoute,
  removeRoute,
  pruneRoute,
  pullRoute,
  loadRoute,
  buildRoute,
  saveRoute,
];

/** Images on engines. Saved image configs are a different resource. */
export const engineImagePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-engine-image',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
