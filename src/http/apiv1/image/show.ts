import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { findImage } from '../../../commands/images/find-image.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeSavedImage } from '../../serialize.ts';
import { type ImageParams, imageParams, versionSchema } from './params.ts';

const query = Joi.object({ version: versionSchema.prefs({ convert: true }) });

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ImageParams & { Query: { readonly version?: number } }>({
    method: 'GET',
    path: '/apiv1/image/{name}',
    options: { validate: { ...imageParams, query } },
    handler: async ({ params, query: { version } }) =>
      success(serializeSavedImage(await findImage(cluster, params.name, version))),
  });
}
