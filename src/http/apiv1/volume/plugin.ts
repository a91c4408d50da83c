import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { createRoute, pruneRoute, removeRoute } from './change.ts';
import { copyRoute } from './copy.ts';
import { inspectRoute, listRoute } from './read.ts';

const routes = [listRoute, inspectRoute, createRoute, removeRoute, pruneRoute, copyRoute];

export const volumePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-volume',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
