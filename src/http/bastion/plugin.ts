import type { Lifecycle, Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { destroyContainer } from '../../commands/containers/destroy-container.ts';
import { listContainers } from '../../commands/containers/list-containers.ts';
import { showEngines } from '../../commands/engines/show-engine.ts';
import { runContainer } from '../../execution/run-container.ts';
import type { Logger } from '../../logging/logger.ts';
import type { DoorSettings } from '../../model/doors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { hasEngine, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findWithin } from '../../state/scopes.ts';
import type { Door } from '../door.ts';
import { errorResponse } from '../error-response.ts';
import { imageConfigSchema } from '../image-schema.ts';
import { serializeEngine } from '../listed-container.ts';
import { needs } from '../route-rules.ts';
import { serializeContainer, serializeRunningContainer } from '../serialize.ts';
import { underPolicy } from '../under-policy.ts';
import { idSchema, jsonPayload, strictValidation } from '../validation.ts';

interface DestroyRoute {
  readonly Payload: { readonly id: string; readonly engine?: { readonly id: string } };
}

/** A container as returned to the client; its other fields are ignored. */
const container = Joi.object({
  id: idSchema.required(),
  engine: Joi.object({ id: idSchema.required() }).unknown(),
})
  .unknown()
  .required();

/** Only containers of engines that answer: the API cannot express stale ones. */
async function listRunning(cluster: Cluster, scope: Scope | undefined): Promise<object[]> {
  const { containers } = await listContainers(cluster, { scope });
  return [...containers].filter(({ isStale }) => !isStale).map(serializeContainer);
}

const bastionPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DoorSettings }> = {
  name: 'bastion',
  register: (server, { cluster }) => {
    server.route({
      method: 'GET',
      path: '/containers',
      options: { plugins: needs('read', 'container') },
      handler: ({ app: { scope } }) => listRunning(cluster, scope),
    });
    server.route({
      method: 'GET',
      path: '/engines',
      options: { plugins: needs('read', 'engine') },
      handler: async ({ app: { scope } }) =>
        (await showEngines(cluster)).flatMap(({ engine }) =>
          hasEngine(scope, engine) ? [serializeEngine(engine)] : [],
        ),
    });
    server.route<{ Payload: ImageConfig }>({
      method: 'POST',
      path: '/run',
      options: {
        plugins: needs('create', 'container'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: imageConfigSchema },
      },
      handler: async (request, h) => {
        const image = underPolicy(cluster, request, request.payload);
        return h.response(serializeRunningContainer(await runContainer(cluster, image))).code(201);
      },
    });
    server.route<DestroyRoute>({
      method: 'DELETE',
      path: '/destroy',
      options: {
        plugins: needs('remove', 'container'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload: container },
      },
      handler: async ({ app: { scope }, payload: { id, engine } }, h) => {
        const found = scope ? await findWithin(cluster, scope, { reference: id, engine: engine?.id }) : id;
        await destroyContainer(cluster, found, engine?.id);
        return h.response().code(204);
      },
    });
  },
};

/** The API of citadel's reference server: plain objects without an envelope. */
export const bastionDoor: Door<DoorSettings> = { plugin: bastionPlugin, answerErrors: plainErrors };

/** The message alone, like Go's `http.Error`. */
function plainErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    return reported ? h.response(`${reported.sentence}\n`).type('text/plain').code(reported.status) : h.continue;
  };
}
