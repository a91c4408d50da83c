import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { listImages } from '../../../cluster/images/find-image.ts';
import { success } from '../../envelope.ts';
import { savedImageShape } from '../../shapes.ts';
import { strictly } from '../../validation.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/images',
    options: { validate: strictly },
    handler: async () => success((await listImages(cluster)).map(savedImageShape)),
  });
}
