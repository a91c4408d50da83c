import type { Server } from '@hapi/hapi';
import { showEngines } from '../../../commands/engines/show-engine.ts';
import { refreshEngines } from '../../../engine-sync/refresh-engines.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeShownEngine } from '../../serialize.ts';
import { type ConsistentQuery, consistentQuery } from '../consistent.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/engines',
    options: { validate: consistentQuery },
    handler: async ({ query }) => {
      if (query.consistent) await refreshEngines(cluster);
      return success((await showEngines(cluster)).map(serializeShownEngine));
    },
  });
}
