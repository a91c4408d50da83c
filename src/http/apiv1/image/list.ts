import type { Server } from '@hapi/hapi';
import { listImages } from '../../../commands/images/find-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeSavedImage } from '../../serialize.ts';
import { strictValidation } from '../../validation.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/images',
    options: { validate: strictValidation },
    handler: async () => success((await listImages(cluster)).map(serializeSavedImage)),
  });
}
