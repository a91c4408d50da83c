import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { destroyOnEngineRoute, destroyRoute } from './destroy.ts';
import { inspectRoutes } from './inspect.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import { listRoute } from './list.ts';
import { logsRoutes } from './logs.ts';
import { planRoute } from './plan.ts';
import { runRoute } from './run.ts';
import { showRoute } from './show.ts';

const routes = [
  runRoute,
  planRoute,
  listRoute,
  showRoute,
  inspectRoutes,
  logsRoutes,
  lifecycleRoutes,
  destroyRoute,
  destroyOnEngineRoute,
];

export const containerPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-container',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};
