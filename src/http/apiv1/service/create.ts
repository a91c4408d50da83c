import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { createService } from '../../../cluster/services/change-service.ts';
import { leftoverWarnings } from '../../../cluster/services/leftovers.ts';
import { showService } from '../../../cluster/services/show-service.ts';
import { answerOnce, keyHeader } from '../../answer-once.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictly } from '../../validation.ts';
import { type NewServiceBody, type PlanQuery, planIn, planQuery, specOf } from './body.ts';
import { newServiceSchema } from './schema.ts';
import { serviceShape } from './shape.ts';

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<PlanQuery & { Payload: NewServiceBody }>({
    method: 'POST',
    path: '/apiv1/service',
    options: {
      payload: jsonPayload,
      validate: { ...strictly, headers: keyHeader, query: planQuery, payload: newServiceSchema },
    },
    handler: (request, h) =>
      answerOnce(cluster, request, h, async () => {
        const { payload, query } = request;
        const plan = planIn(query, payload.name, payload);
        const forecast = await createService(cluster, payload.name, await specOf(cluster, payload), plan);
        const shown = serviceShape(await showService(cluster, payload.name, forecast));
        const [warning] = leftoverWarnings(cluster, { service: payload.name });
        return { status: 201, body: success(shown, warning === undefined ? {} : { warning }) };
      }),
  });
}
