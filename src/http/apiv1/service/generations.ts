import type { Server } from '@hapi/hapi';
import type { Generation } from '../../../api/service.ts';
import { listGenerations, type NumberedGeneration } from '../../../commands/services/list-generations.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { type ServiceParams, serviceParams } from './params.ts';

/** What a service has been, the first generation first. */
export function generationsRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/apiv1/service/{name}/generations',
    options: { validate: serviceParams },
    handler: async ({ params: { name } }) => success((await listGenerations(cluster, name)).map(serializeGeneration)),
  });
}

/** `template`: the generation that first had this image config; a scale does not make another one, a rollback goes back to one. */
function serializeGeneration({ generation, template, cause, createdAt, spec }: NumberedGeneration): Generation {
  return { generation, template, cause, created_at: createdAt, image: spec.image.name, replicas: spec.replicas };
}
