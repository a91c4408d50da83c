import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { showEngine } from '../../../cluster/show-engine.ts';
import { success } from '../../envelope.ts';
import { shownEngineShape } from '../shapes.ts';
import { type EngineParams, engineParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams>({
    method: 'GET',
    path: '/apiv1/engine/{id}',
    options: { validate: engineParams },
    handler: async ({ params }) => success(shownEngineShape(await showEngine(cluster, params.id))),
  });
}
