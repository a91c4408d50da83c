import type { Server } from '@hapi/hapi';
import { removeImage } from '../../../commands/images/save-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { type ImageParams, imageParams } from './params.ts';

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<ImageParams>({
    method: 'DELETE',
    path: '/apiv1/image/{name}',
    options: { validate: imageParams },
    handler: async ({ params: { name } }, h) => {
      await removeImage(cluster, name);
      return h.response(success(`Image config ${name} removed`)).code(202);
    },
  });
}
