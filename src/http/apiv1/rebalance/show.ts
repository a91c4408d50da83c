import type { Server } from '@hapi/hapi';
import { showRebalance } from '../../../commands/rebalance/ask-rebalance.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeRebalance } from './serialize.ts';

/** The rebalance that is under way, or the last one; null where there was none. */
export function showRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/rebalance',
    handler: async () => {
      const rebalance = await showRebalance(cluster);
      return success(rebalance ? serializeRebalance(rebalance) : null);
    },
  });
}
