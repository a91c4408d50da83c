import type { Server } from '@hapi/hapi';
import { showEngine } from '../../../commands/engines/show-engine.ts';
import { type EngineUpdate, updateEngine } from '../../../commands/engines/update-engine.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { engineUpdateSchema } from '../../engine-schema.ts';
import { success } from '../../envelope.ts';
import { serializeShownEngine } from '../../serialize.ts';
import { jsonPayload } from '../../validation.ts';
import { type EngineParams, engineParams } from './params.ts';

type Body = Omit<EngineUpdate, 'intent'> & { readonly status?: 'ok' | 'maintenance' | 'lost' };

export function updateRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Payload: Body }>({
    method: 'PATCH',
    path: '/apiv1/engine/{id}',
    options: { payload: jsonPayload, validate: { ...engineParams, payload: engineUpdateSchema } },
    handler: async ({ params, payload }) => {
      const { status, ...update } = payload;
      const intent = status === undefined ? {} : ({ intent: status === 'ok' ? 'active' : status } as const);
      await updateEngine(cluster, params.id, { ...update, ...intent });
      return success(serializeShownEngine(await showEngine(cluster, params.id)));
    },
  });
}
