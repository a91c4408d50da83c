import type { Lifecycle, Plugin } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import type { GenisysSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Door } from '../door.ts';
import { errorResponse } from '../error-response.ts';
import { defineRoute, redefineRoute } from './define.ts';
import { listRoute, showRoute, statusRoute } from './read.ts';
import { scaleRoute } from './scale.ts';
import { createMissing, definitionsIn } from './services-file.ts';

const routes = [listRoute, defineRoute, showRoute, redefineRoute, scaleRoute, statusRoute];

const genisysPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: GenisysSettings }> = {
  name: 'genisys',
  register: (server, { cluster, settings }) => {
    for (const route of routes) route(server, cluster, settings);
    const { servicesFile } = settings;
    if (!servicesFile) return;
    const definitions = definitionsIn(servicesFile);
    server.ext('onPreStart', () => createMissing(cluster, definitions, servicesFile.path));
  },
};

/** The API of the Genisys connector for Docker: Genisys scales, Satsuma runs the containers. */
export const genisysDoor: Door<GenisysSettings> = { plugin: genisysPlugin, answerErrors: genisysErrors };

/** The message alone. An undefined service is 501 here, with the connector's original message. */
function genisysErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    const { status, sentence } =
      reported.code === 'no_such_service'
        ? { status: 501, sentence: `Undefined service: ${request.params.name}.` }
        : reported;
    return h.response(`${sentence}\n`).type('text/plain').code(status);
  };
}
