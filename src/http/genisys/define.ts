import type { Request, Server } from '@hapi/hapi';
import { createService, updateService } from '../../commands/services/change-service.ts';
import { findService } from '../../decisions/services/find-service.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requirePermission } from '../access-guard.ts';
import { requireService } from '../guard-scope.ts';
import { needs } from '../route-rules.ts';
import { underPolicy } from '../under-policy.ts';
import { jsonPayload } from '../validation.ts';
import { type Definition, imageOf, newService } from './definition.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { received } from './received.ts';
import { definitionSchema, newDefinitionSchema } from './schema.ts';

/**
 * Redefining a service is normal: scripts define everything on each run, because the original connector did not persist
 * it.
 */
export function defineRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'POST',
    path: '/service',
    options: { plugins: needs('create', 'service'), payload: jsonPayload },
    handler: async (request, h) => {
      const { name, ...definition } = received(newDefinitionSchema, request.payload);
      const spec = newService(definition);
      const image = underPolicy(cluster, request, spec.image);
      await createService(cluster, name, { ...spec, image }).catch(async (error: unknown) => {
        if (!isSatsumaError(error, 'service_exists')) throw error;
        await cluster.cache.catchUp();
        requireService(cluster, request, name);
        requirePermission(cluster, request, { verb: 'update', noun: 'service' });
        await redefine(cluster, request, name, definition);
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
    handler: async (request, h) => {
      const { name } = request.params;
      await redefine(cluster, request, name, received(definitionSchema(name), request.payload));
      return h.response().code(200);
    },
  });
}

async function redefine(
  cluster: Cluster,
  request: Pick<Request, 'app'>,
  name: string,
  definition: Definition,
): Promise<void> {
  const { generation, spec } = await findService(cluster, name);
  const image = underPolicy(cluster, request, imageOf(definition, spec.image));
  await updateService(cluster, name, { image }, { ifGeneration: generation });
}
