import type { Server } from '@hapi/hapi';
import { countImage, countReady } from '../../commands/services/count-running.ts';
import { findService } from '../../decisions/services/find-service.ts';
import type { GenisysSettings } from '../../model/doors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type ServiceParams, serviceParams } from './params.ts';

export function statusRoute(server: Server, cluster: Cluster, { countBy }: GenisysSettings): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/service/{name}/status',
    options: { validate: serviceParams },
    handler: async ({ params: { name } }) => {
      const { spec } = await findService(cluster, name);
      const running =
        countBy === 'image' ? await countImage(cluster, spec.image.name) : await countReady(cluster, name);
      return { running_resources: running };
    },
  });
}
