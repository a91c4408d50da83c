import type { Server } from '@hapi/hapi';
import { showEngine } from '../../../commands/engines/show-engine.ts';
import { refreshEngines } from '../../../engine-sync/refresh-engines.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeShownEngine } from '../../serialize.ts';
import { type ConsistentQuery, consistentQuery } from '../consistent.ts';
import { type EngineParams, engineParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/engine/{id}',
    options: { validate: { ...consistentQuery, ...engineParams } },
    handler: async ({ params, query }) => {
      if (query.consistent) await refreshEngines(cluster, params.id);
      return success(serializeShownEngine(await showEngine(cluster, params.id)));
    },
  });
}
