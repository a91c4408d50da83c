import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { stopRebalance } from '../../../cluster/rebalance/ask-rebalance.ts';
import { success } from '../../envelope.ts';
import { rebalanceShape } from './shape.ts';

export function stopRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'DELETE',
    path: '/apiv1/rebalance',
    handler: async (_request, h) => h.response(success(rebalanceShape(await stopRebalance(cluster)))).code(202),
  });
}
