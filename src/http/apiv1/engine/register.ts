import type { Server } from '@hapi/hapi';
import { type NewEngine, registerEngine } from '../../../commands/engines/register-engine.ts';
import { warnOfOthers } from '../../../commands/engines/warn-of-others.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { answerOnce, keyHeader } from '../../answer-once.ts';
import { newEngineSchema } from '../../engine-schema.ts';
import { success } from '../../envelope.ts';
import { newEngineShape } from '../../shapes.ts';
import { jsonPayload, strictly } from '../../validation.ts';

export function registerRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewEngine }>({
    method: 'POST',
    path: '/apiv1/engine',
    options: { payload: jsonPayload, validate: { ...strictly, headers: keyHeader, payload: newEngineSchema } },
    handler: (request, h) =>
      answerOnce(cluster, request, h, async (attempt) => {
        const engine = await registerEngine(cluster, request.payload, attempt?.operationId);
        const warning = await warnOfOthers(cluster, engine.id);
        return { status: 201, body: success(newEngineShape(engine), warning === undefined ? {} : { warning }) };
      }),
  });
}
