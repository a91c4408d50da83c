import type { Server } from '@hapi/hapi';
import { createService } from '../../../commands/services/change-service.ts';
import { leftoverWarnings } from '../../../commands/services/leftover-warnings.ts';
import { showService } from '../../../commands/services/show-service.ts';
import type { Cluster } from '../../../state/cluster.ts';
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
