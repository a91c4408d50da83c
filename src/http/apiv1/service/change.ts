import type { Server } from '@hapi/hapi';
import { updateService } from '../../../commands/services/change-service.ts';
import { showService } from '../../../commands/services/show-service.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { jsonPayload } from '../../validation.ts';
import { changesOf, type PlanQuery, planIn, planQuery, type ServiceChangesBody } from './body.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { serviceChangesSchema } from './schema.ts';
import { serializeService } from './serialize.ts';

export function changeRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams & PlanQuery & { Payload: ServiceChangesBody }>({
    method: 'PUT',
    path: '/apiv1/service/{name}',
    options: {
      payload: jsonPayload,
      validate: { ...serviceParams, query: planQuery, payload: serviceChangesSchema },
    },
    handler: async ({ params: { name }, query, payload }) => {
      if (payload.name !== undefined && payload.name !== name) {
        throw new SatsumaError('unchangeable', `service ${name} cannot be renamed`);
      }
      const conditions = { ifGeneration: payload.generation, plan: planIn(query, name, payload) };
      const rolloutPlan = await updateService(cluster, name, await changesOf(cluster, payload), conditions);
      return success(serializeService(await showService(cluster, name, rolloutPlan)));
    },
  });
}
