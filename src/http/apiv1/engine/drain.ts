import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { Drain } from '../../../api/drain.ts';
import { drainEngine } from '../../../commands/engines/drain-engine.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeMove } from '../../serialize.ts';
import { jsonPayload } from '../../validation.ts';
import { type EngineParams, engineParams } from './params.ts';

const body = Joi.object({ force: Joi.boolean() }).allow(null);

export function drainRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Payload: { readonly force?: boolean } | null }>({
    method: 'POST',
    path: '/apiv1/engine/{id}/drain',
    options: { payload: jsonPayload, validate: { ...engineParams, payload: body } },
    handler: async ({ params, payload }, h) => {
      const { moves, blocked, foreign } = await drainEngine(cluster, params.id, { force: payload?.force ?? false });
      const drain: Drain = { engine: params.id, moves: moves.map(serializeMove), blocked, foreign };
      return h.response(success(drain)).code(202);
    },
  });
}
