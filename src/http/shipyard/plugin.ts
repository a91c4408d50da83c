import type { Lifecycle, Plugin, Request } from '@hapi/hapi';
import { makeFirstAccount } from '../../commands/accounts/first-account.ts';
import type { Logger } from '../../logging/logger.ts';
import type { ShipyardSettings } from '../../model/doors.ts';
import { SatsumaError } from '../../model/errors.ts';
import { isPolicyRefusal } from '../../model/policy-refusal.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Door } from '../door.ts';
import { type ErrorResponse, errorResponse } from '../error-response.ts';
import { accountRoutes, wrongPassword } from './accounts.ts';
import { containerRoutes, noCount } from './containers.ts';
import { engineRoutes } from './engines.ts';
import { eventRoutes } from './events.ts';
import { extensionRoutes } from './extensions.ts';
import { hubRoute } from './hub.ts';
import { identifyShipyard } from './identify.ts';
import { serviceKeyRoutes, webhookKeyRoutes } from './keys.ts';
import { createUserRole, roleRoutes } from './roles.ts';

const routes = [
  ...[accountRoutes, roleRoutes, engineRoutes, containerRoutes, eventRoutes],
  ...[serviceKeyRoutes, webhookKeyRoutes, extensionRoutes, hubRoute],
];

const shipyardPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: ShipyardSettings }> = {
  name: 'shipyard',
  register: (server, { cluster, settings }) => {
    for (const route of routes) route(server, cluster);
    server.ext('onPreStart', async () => {
      await createUserRole(cluster);
      const made = await makeFirstAccount(cluster, settings.adminPasswordFile);
      if (made?.password === undefined) return;
      // Not logged, because logs are kept.
      process.stderr.write(`The password of the account "${made.name}" is ${made.password}: it is not shown again.\n`);
    });
  },
};

/** The API of Shipyard 2.0's controller. */
export const shipyardDoor: Door<ShipyardSettings> = {
  plugin: shipyardPlugin,
  identify: () => identifyShipyard,
  answerErrors: plainErrors,
};

/**
 * Shipyard's own message for missing authorization; otherwise the plain message, mostly with 500: clients only compare
 * the status with the expected one.
 */
function plainErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    const { status, sentence } = isRouted(request) ? wordsOf(reported) : reported;
    return h.response(`${sentence}\n`).type('text/plain').code(status);
  };
}

/** Whether the request reached a Shipyard route. */
function isRouted({ route, response }: Request): boolean {
  const isSentence = response instanceof SatsumaError;
  return String(route.method) !== '_special' && isSentence;
}

const keptStatuses = [429, 503];

function wordsOf({ status, code, sentence, details }: ErrorResponse): {
  readonly status: number;
  readonly sentence: string;
} {
  if (code === 'unauthenticated') return { status: 401, sentence: 'unauthorized' };
  if (code === 'forbidden') {
    const isShown = sentence === wrongPassword || isPolicyRefusal(details);
    return { status: 403, sentence: isShown ? sentence : 'access denied' };
  }
  if (sentence === noCount) return { status: 400, sentence };
  return { status: keptStatuses.includes(status) ? status : 500, sentence };
}
