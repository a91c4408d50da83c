import type { Server } from '@hapi/hapi';
import { explainWaits } from '../../../commands/services/explain-waits.ts';
import { listServices, showService } from '../../../commands/services/show-service.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { strictValidation } from '../../validation.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { serializeService } from './serialize.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/services',
    options: { validate: strictValidation },
    handler: async () => success((await listServices(cluster)).map(serializeService)),
  });
}

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/apiv1/service/{name}',
    options: { validate: serviceParams },
    handler: async ({ params: { name } }) =>
      success(serializeService(await explainWaits(cluster, await showService(cluster, name)))),
  });
}
