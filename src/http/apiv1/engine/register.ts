import type { Server } from '@hapi/hapi';
import { type NewEngine, registerEngine } from '../../../commands/engines/register-engine.ts';
import { warnOfOthers } from '../../../commands/engines/warn-of-others.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { newEngineSchema } from '../../engine-schema.ts';
import { success } from '../../envelope.ts';
import { serializeNewEngine } from '../../serialize.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';

export function registerRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewEngine }>({
    method: 'POST',
    path: '/apiv1/engine',
    options: { payload: jsonPayload, validate: { ...strictValidation, headers: keyHeader, payload: newEngineSchema } },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const engine = await registerEngine(cluster, request.payload, attempt?.operationId);
        const warning = await warnOfOthers(cluster, engine.id);
        return { status: 201, body: success(serializeNewEngine(engine), warning === undefined ? {} : { warning }) };
      }),
  });
}
