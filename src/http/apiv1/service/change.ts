import type { Server } from '@hapi/hapi';
import type { NewServiceBody, ServiceChangesBody } from '../../../api/service.ts';
import { createService, removeService, updateService } from '../../../commands/services/change-service.ts';
import { showExplained } from '../../../commands/services/explain-waits.ts';
import { leftoverWarnings } from '../../../commands/services/leftover-warnings.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { approvalOf } from '../../under-policy.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { changesOf, type PlanQuery, planIn, planQuery, specOf } from './body.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { newServiceSchema, serviceChangesSchema } from './schema.ts';
import { serializeService } from './serialize.ts';

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<PlanQuery & { Payload: NewServiceBody }>({
    method: 'POST',
    path: '/apiv1/service',
    options: {
      description: 'Create a service',
      plugins: needs('create', 'service'),
      payload: jsonPayload,
      validate: { ...strictValidation, headers: keyHeader, query: planQuery, payload: newServiceSchema },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async () => {
        const { payload, query } = request;
        const plan = planIn(query, payload.name, payload);
        const rolloutPlan = await createService(cluster, payload.name, await specOf(cluster, request, payload), plan);
        const shown = serializeService(await showExplained(cluster, payload.name, rolloutPlan));
        const [warning] = leftoverWarnings(cluster, { service: payload.name, scope: request.app.scope });
        return { status: 201, body: success(shown, warning === undefined ? {} : { warning }) };
      }),
  });
}

export function changeRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams & PlanQuery & { Payload: ServiceChangesBody }>({
    method: 'PUT',
    path: '/apiv1/service/{name}',
    options: {
      description: 'Change a service',
      plugins: needs('update', 'service'),
      payload: jsonPayload,
      validate: { ...serviceParams, query: planQuery, payload: serviceChangesSchema },
    },
    handler: async (request) => {
      const { params, query, payload } = request;
      const { name } = params;
      if (payload.name !== undefined && payload.name !== name) {
        throw new SatsumaError('unchangeable', `service ${name} cannot be renamed`);
      }
      const conditions = {
        ...{ ifGeneration: payload.generation, plan: planIn(query, name, payload) },
        ...approvalOf(cluster, request),
      };
      const rolloutPlan = await updateService(
        cluster,
        name,
        await changesOf(cluster, request, name, payload),
        conditions,
      );
      return success(serializeService(await showExplained(cluster, name, rolloutPlan)));
    },
  });
}

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'DELETE',
    path: '/apiv1/service/{name}',
    options: { description: 'Remove a service', plugins: needs('remove', 'service'), validate: serviceParams },
    handler: async ({ params: { name } }, h) => {
      await removeService(cluster, name);
      return h.response(success(`Service ${name} is being removed: its replicas are stopped`)).code(202);
    },
  });
}
