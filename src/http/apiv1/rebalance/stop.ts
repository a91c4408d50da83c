import type { Server } from '@hapi/hapi';
import { stopRebalance } from '../../../commands/rebalance/ask-rebalance.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeRebalance } from './serialize.ts';

export function stopRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'DELETE',
    path: '/apiv1/rebalance',
    handler: async (_request, h) => h.response(success(serializeRebalance(await stopRebalance(cluster)))).code(202),
  });
}
