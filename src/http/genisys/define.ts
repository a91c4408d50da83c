import type { Server } from '@hapi/hapi';
import { createService, updateService } from '../../commands/services/change-service.ts';
import { findService } from '../../decisions/services/find-service.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { jsonPayload } from '../validation.ts';
import { type Definition, imageOf, newService } from './definition.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { received } from './received.ts';
import { definitionSchema, newDefinitionSchema } from './schema.ts';

/** Scripts define everything anew each time they run: the connector forgot it all when it ended. */
export function defineRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'POST',
    path: '/service',
    options: { plugins: needs('create', 'service'), payload: jsonPayload },
    handler: async ({ payload }, h) => {
      const { name, ...definition } = received(newDefinitionSchema, payload);
      await createService(cluster, name, newService(definition)).catch(async (error: unknown) => {
        if (!isSatsumaError(error, 'service_exists')) throw error;
        await redefine(cluster, name, definition);
      });
      return h.response().code(200);
    },
  });
}

export function redefineRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'PUT',
    path: '/service/{name}',
    options: { plugins: needs('update', 'service'), payload: jsonPayload, validate: serviceParams },
    handler: async ({ params: { name }, payload }, h) => {
      await redefine(cluster, name, received(definitionSchema(name), payload));
      return h.response().code(200);
    },
  });
}

async function redefine(cluster: Cluster, name: string, definition: Definition): Promise<void> {
  const { generation, spec } = await findService(cluster, name);
  await updateService(cluster, name, { image: imageOf(definition, spec.image) }, { ifGeneration: generation });
}
