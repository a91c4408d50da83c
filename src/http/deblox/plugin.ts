import type { Lifecycle, Plugin } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import type { DebloxSettings } from '../../model/doors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { PlacementCounter } from '../../state/placement-counter.ts';
import { requirePermission } from '../access-guard.ts';
import type { Door } from '../door.ts';
import { errorResponse } from '../error-response.ts';
import { decidedByBody, forAnyone, type Permission } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { jsonPayload } from '../validation.ts';
import type { Action } from './action.ts';
import { failureIn } from './answers.ts';
import { deleteContainer, inspect, restart, start, stop } from './container-actions.ts';
import { createContainer, createRawContainer } from './create.ts';
import { listContainers, listImages } from './lists.ts';
import { register, unregister } from './register.ts';

interface Allowed extends Permission {
  readonly run: Action;
}

/** The actions and the permissions that they need. */
const actions: ReadonlyMap<string, Allowed> = new Map<string, Allowed>([
  ['register', { run: register, verb: 'create', noun: 'engine' }],
  ['unregister', { run: unregister, verb: 'remove', noun: 'engine' }],
  ['create-container', { run: createContainer, verb: 'create', noun: 'container' }],
  // The action's name before the original was published.
  ['create-unibet-container', { run: createContainer, verb: 'create', noun: 'container' }],
  ['create-raw-container', { run: createRawContainer, verb: 'create', noun: 'container' }],
  ['start-container', { run: start, verb: 'update', noun: 'container' }],
  ['stop-container', { run: stop, verb: 'update', noun: 'container' }],
  ['restart-container', { run: restart, verb: 'update', noun: 'container' }],
  ['delete-container', { run: deleteContainer, verb: 'remove', noun: 'container' }],
  ['inspect-container', { run: inspect, verb: 'reveal', noun: 'container' }],
  ['list-images', { run: listImages, verb: 'read', noun: 'engine-image' }],
  ['list-containers', { run: listContainers, verb: 'read', noun: 'container' }],
]);

const debloxPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DebloxSettings }> = {
  name: 'deblox',
  register: (server, { cluster, settings }) => {
    const context = { cluster, settings, placementCounter: new PlacementCounter() };
    server.route({
      method: 'GET',
      path: '/',
      options: { plugins: forAnyone },
      handler: (_, h) => h.response('DockerMod HttpService').type('text/plain'),
    });
    server.route({
      method: 'POST',
      path: '/',
      options: { plugins: decidedByBody, payload: jsonPayload },
      handler: async (request) => {
        const { payload } = request;
        if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
          return { error: 'the message must be an object' };
        }
        const { action: name } = payload as { readonly action?: unknown };
        if (typeof name !== 'string') return { error: '"action" must be specified, a text' };
        const action = actions.get(name);
        if (!action) return { error: 'no such action is supported' };
        requirePermission(cluster, request, action);
        const held = (image: ImageConfig) => underPolicy(cluster, request, image);
        const answer = await action.run({ ...context, scope: request.app.scope, underPolicy: held }, payload);
        const status = failureIn(answer);
        if (status !== undefined) request.app.failure = { status };
        return answer;
      },
    });
  },
};

/** The API of deblox.Docker's HttpService: messages for its bus, and their answers. */
export const debloxDoor: Door<DebloxSettings> = { plugin: debloxPlugin, answerErrors: errorsAsAnswers };

/** Answers to messages have the status 200, whatever happens. Requests for other paths get the real status. */
function errorsAsAnswers(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    return h.response({ error: reported.sentence }).code(request.route.path === '/' ? 200 : reported.status);
  };
}
