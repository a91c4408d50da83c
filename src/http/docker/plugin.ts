import type { Plugin } from '@hapi/hapi';
import type { DockerSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { guardReach } from '../guard-reach.ts';
import { archiveRoutes } from './archive.ts';
import { attachRoutes } from './attach.ts';
import { buildRoutes } from './build.ts';
import { commitRoute } from './commit.ts';
import { createRoute } from './create.ts';
import { diskUsageRoute } from './disk-usage.ts';
import { eventsRoute } from './events.ts';
import { execRoutes } from './exec.ts';
import { acceptHijacks } from './hijack.ts';
import { imageArchiveRoutes } from './image-archives.ts';
import { imageRoutes } from './images.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import { listRoute } from './list.ts';
import { networkRoutes } from './networks.ts';
import { pruneRoutes } from './prune.ts';
import { readRoutes } from './read.ts';
import { registryRoutes } from './registries.ts';
import { systemRoutes } from './system.ts';
import { updateRoute } from './update.ts';
import { acceptVersions } from './versions.ts';
import { volumeRoutes } from './volumes.ts';

const routes = [
  ...[systemRoutes, listRoute, createRoute, lifecycleRoutes, readRoutes, attachRoutes, execRoutes, archiveRoutes],
  ...[updateRoute, eventsRoute, imageRoutes, volumeRoutes, networkRoutes],
  ...[pruneRoutes, diskUsageRoute, imageArchiveRoutes, registryRoutes, commitRoute, buildRoutes],
];

/** Docker's own API, for all engines as if they were one. */
export const dockerPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DockerSettings }> = {
  name: 'docker',
  register: (server, { cluster, settings }) => {
    acceptVersions(server, cluster);
    acceptHijacks(server);
    guardReach(server, cluster);
    for (const route of routes) route(server, cluster, settings);
  },
};
