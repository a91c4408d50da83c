import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { lookAnew } from '../../../cluster/engines/look-anew.ts';
import { showEngines } from '../../../cluster/engines/show-engine.ts';
import { success } from '../../envelope.ts';
import { shownEngineShape } from '../../shapes.ts';
import { type ConsistentQuery, consistentQuery } from '../consistent.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/engines',
    options: { validate: consistentQuery },
    handler: async ({ query }) => {
      if (query.consistent) await lookAnew(cluster);
      return success((await showEngines(cluster)).map(shownEngineShape));
    },
  });
}
