import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { guardReach } from '../../guard-reach.ts';
import { getArchiveRoute, putArchiveRoute } from './archive.ts';
import { commitRoute, renameRoute, updateRoute } from './change.ts';
import { destroyOnEngineRoute, destroyRoute } from './destroy.ts';
import { execRoute } from './exec.ts';
import { execSocketRoutes } from './exec-socket.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import { listRoute } from './list.ts';
import { planRoute } from './plan.ts';
import { diffRoute, exportRoute, inspectRoute, logsRoute, showRoute, topRoute } from './read.ts';
import { runRoute } from './run.ts';
import { waitRoute } from './wait.ts';

const routes = [
  runRoute,
  planRoute,
  listRoute,
  showRoute,
  inspectRoute,
  logsRoute,
  topRoute,
  waitRoute,
  diffRoute,
  exportRoute,
  getArchiveRoute,
  putArchiveRoute,
  renameRoute,
  updateRoute,
  commitRoute,
  execRoute,
  execSocketRoutes,
  lifecycleRoutes,
  destroyRoute,
  destroyOnEngineRoute,
];

const single = '/apiv1/container/';
const doubled = `${single}/`;
/** The subresources of a container. Directly after a double slash they mean that the name is missing. */
const nameless =
  /^\/apiv1\/container\/\/(start|stop|restart|kill|pause|unpause|logs|top|stats|inspect|wait|diff|export|rename|update|commit|exec|archive)?$/;

export const containerPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-container',
  register: (server, { cluster }) => {
    // Docker's slash before a name makes an empty path segment, which no route matches.
    server.ext('onRequest', (request, h) => {
      const { pathname, search } = request.url;
      if (pathname.startsWith(doubled) && !nameless.test(pathname))
        request.setUrl(pathname.replace(doubled, single) + search);
      return h.continue;
    });
    guardReach(server, cluster);
    for (const route of routes) route(server, cluster);
  },
};
