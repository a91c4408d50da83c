import type { Plugin } from '@hapi/hapi';
import type { GenisysSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Door } from '../door.ts';
import { defineRoute, redefineRoute } from './define.ts';
import { genisysErrors } from './errors.ts';
import { listRoute, showRoute } from './read.ts';
import { scaleRoute } from './scale.ts';
import { createMissing, definitionsIn } from './services-file.ts';
import { statusRoute } from './status.ts';

const routes = [listRoute, defineRoute, showRoute, redefineRoute, scaleRoute, statusRoute];

export const genisysPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: GenisysSettings }> = {
  name: 'genisys',
  register: (server, { cluster, settings }) => {
    for (const route of routes) route(server, cluster, settings);
    const { servicesFile } = settings;
    if (!servicesFile) return;
    const definitions = definitionsIn(servicesFile);
    server.ext('onPreStart', () => createMissing(cluster, definitions, servicesFile.path));
  },
};

/** The connector of Genisys for Docker: what Genisys asks to scale, Satsuma runs. */
export const genisysDoor: Door<GenisysSettings> = { plugin: genisysPlugin, answerErrors: genisysErrors };
