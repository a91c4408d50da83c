import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { startRebalance } from '../../../commands/rebalance/ask-rebalance.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { serializePlan, serializeRebalance } from './serialize.ts';

const body = Joi.object({ at_once: Joi.number().integer().min(1).max(100) }).allow(null);

/** Answers with what is going to happen; `GET /apiv1/rebalance` tells how it comes along. */
export function startRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: { readonly at_once?: number } | null }>({
    method: 'POST',
    path: '/apiv1/rebalance',
    options: { payload: jsonPayload, validate: { ...strictValidation, payload: body } },
    handler: async ({ payload }, h) => {
      const { plan, rebalance } = await startRebalance(cluster, payload?.at_once ?? 1);
      return h.response(success({ ...serializePlan(plan), ...serializeRebalance(rebalance) })).code(202);
    },
  });
}
