import type { Server } from '@hapi/hapi';
import { planRebalance } from '../../../simulation/rebalance/plan-rebalance.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializePlan } from './serialize.ts';

/** What a rebalance would do now. */
export function planRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/rebalance/plan',
    handler: async () => success(serializePlan(await planRebalance(cluster))),
  });
}
