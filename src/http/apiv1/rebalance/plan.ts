import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { planRebalance } from '../../../cluster/rebalance/plan-rebalance.ts';
import { success } from '../../envelope.ts';
import { planShape } from './shape.ts';

/** What a rebalance would do now. */
export function planRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/rebalance/plan',
    handler: async () => success(planShape(await planRebalance(cluster))),
  });
}
