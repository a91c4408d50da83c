import type { Server } from '@hapi/hapi';
import { createService } from '../../../commands/services/change-service.ts';
import { leftoverWarnings } from '../../../commands/services/leftover-warnings.ts';
import { showService } from '../../../commands/services/show-service.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type NewServiceBody, type PlanQuery, planIn, planQuery, specOf } from './body.ts';
import { newServiceSchema } from './schema.ts';
import { serializeService } from './serialize.ts';

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<PlanQuery & { Payload: NewServiceBody }>({
    method: 'POST',
    path: '/apiv1/service',
    options: {
      payload: jsonPayload,
      validate: { ...strictValidation, headers: keyHeader, query: planQuery, payload: newServiceSchema },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async () => {
        const { payload, query } = request;
        const plan = planIn(query, payload.name, payload);
        const rolloutPlan = await createService(cluster, payload.name, await specOf(cluster, payload), plan);
        const shown = serializeService(await showService(cluster, payload.name, rolloutPlan));
        const [warning] = leftoverWarnings(cluster, { service: payload.name });
        return { status: 201, body: success(shown, warning === undefined ? {} : { warning }) };
      }),
  });
}
