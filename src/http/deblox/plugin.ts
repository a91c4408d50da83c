import type { Plugin } from '@hapi/hapi';
import type { DebloxSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { PlacementCounter } from '../../state/placement-counter.ts';
import type { Door } from '../door.ts';
import { jsonPayload } from '../validation.ts';
import { actions } from './actions.ts';
import { errorsAsAnswers } from './errors.ts';

export const debloxPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DebloxSettings }> = {
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
