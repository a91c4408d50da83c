import type { Server } from '@hapi/hapi';
import { countImage, countReady } from '../../commands/services/count-running.ts';
import { listServices } from '../../commands/services/show-service.ts';
import { findService } from '../../decisions/services/find-service.ts';
import type { GenisysSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isServiceWithin } from '../../state/scopes.ts';
import { needs } from '../route-rules.ts';
import { serializeDefinition } from './definition.ts';
import { type ServiceParams, serviceParams } from './params.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/service',
    options: { plugins: needs('read', 'service') },
    handler: async ({ app: { scope } }) => {
      const services = (await listServices(cluster)).filter(({ name }) => isServiceWithin(cluster, scope, name));
      return Object.fromEntries(
        services.map(({ name, record }) => [name, serializeDefinition(name, record.spec.image)]),
      );
    },
  });
}

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/service/{name}',
    options: { plugins: needs('read', 'service'), validate: serviceParams },
    handler: async ({ params: { name } }) => serializeDefinition(name, (await findService(cluster, name)).spec.image),
  });
}

export function statusRoute(server: Server, cluster: Cluster, { countBy }: GenisysSettings): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/service/{name}/status',
    options: { plugins: needs('read', 'service'), validate: serviceParams },
    handler: async ({ params: { name } }) => {
      const { spec } = await findService(cluster, name);
      const running =
        countBy === 'image' ? await countImage(cluster, spec.image.name) : await countReady(cluster, name);
      return { running_resources: running };
    },
  });
}
