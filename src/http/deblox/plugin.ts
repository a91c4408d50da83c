import type { Lifecycle, Plugin } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import type { DebloxSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { PlacementCounter } from '../../state/placement-counter.ts';
import type { Door } from '../door.ts';
import { errorResponse } from '../error-response.ts';
import { jsonPayload } from '../validation.ts';
import type { Action } from './action.ts';
import { deleteContainer, inspect, restart, start, stop } from './container-actions.ts';
import { createContainer, createRawContainer } from './create.ts';
import { listContainers, listImages } from './lists.ts';
import { register, unregister } from './register.ts';

const actions: ReadonlyMap<string, Action> = new Map([
  ['register', register],
  ['unregister', unregister],
  ['create-container', createContainer],
  // Its name before the original was for others than its makers.
  ['create-unibet-container', createContainer],
  ['create-raw-container', createRawContainer],
  ['start-container', start],
  ['stop-container', stop],
  ['restart-container', restart],
  ['delete-container', deleteContainer],
  ['inspect-container', inspect],
  ['list-images', listImages],
  ['list-containers', listContainers],
]);

const debloxPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DebloxSettings }> = {
  name: 'deblox',
  register: (server, { cluster, settings }) => {
    const desk = { cluster, settings, placementCounter: new PlacementCounter() };
    server.route({
      method: 'GET',
      path: '/',
      handler: (_, h) => h.response('DockerMod HttpService').type('text/plain'),
    });
    server.route({
      method: 'POST',
      path: '/',
      options: { payload: jsonPayload },
      handler: async ({ payload }) => {
        if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
          return { error: 'the message must be an object' };
        }
        const { action: name } = payload as { readonly action?: unknown };
        if (typeof name !== 'string') return { error: '"action" must be specified, a text' };
        const action = actions.get(name);
        return action ? await action(desk, payload) : { error: 'no such action is supported' };
      },
    });
  },
};

/** deblox.Docker's HttpService: messages for its bus, and what came back from it. */
export const debloxDoor: Door<DebloxSettings> = { plugin: debloxPlugin, answerErrors: errorsAsAnswers };

/** Whatever becomes of a message is 200. Who asks for another page, or from another web site, has sent none. */
function errorsAsAnswers(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    return h.response({ error: reported.sentence }).code(request.route.path === '/' ? 200 : reported.status);
  };
}
