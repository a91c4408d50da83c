import type { Plugin } from '@hapi/hapi';
import type { DockerSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { guardReach } from '../guard-reach.ts';
import { archiveRoutes } from './archive.ts';
import { attachRoute } from './attach.ts';
import { createRoute } from './create.ts';
import { execRoutes } from './exec.ts';
import { acceptHijacks } from './hijack.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import { listRoute } from './list.ts';
import { notYetRoutes } from './not-yet.ts';
import { readRoutes } from './read.ts';
import { systemRoutes } from './system.ts';
import { acceptVersions } from './versions.ts';

const routes = [
  systemRoutes,
  listRoute,
  createRoute,
  lifecycleRoutes,
  readRoutes,
  attachRoute,
  execRoutes,
  archiveRoutes,
];

/** Docker's own API, for all engines as if they were one. */
export const dockerPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DockerSettings }> = {
  name: 'docker',
  register: (server, { cluster }) => {
    acceptVersions(server, cluster);
    acceptHijacks(server);
    guardReach(server, cluster);
    for (const route of routes) route(server, cluster);
    notYetRoutes(server);
  },
};
