import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { showEngines } from '../../../cluster/show-engine.ts';
import { success } from '../../envelope.ts';
import { shownEngineShape } from '../shapes.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/engines',
    handler: async () => success((await showEngines(cluster)).map(shownEngineShape)),
  });
}
