import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { replaceImage } from '../../../commands/images/save-image.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { imageConfigSchema } from '../../image-schema.ts';
import { serializeSavedImage } from '../../serialize.ts';
import { jsonPayload } from '../../validation.ts';
import { type ImageParams, imageParams, versionSchema } from './params.ts';

interface Body {
  readonly image: ImageConfig;
  /** The version that the caller saw last. */
  readonly version?: number;
}

const body = Joi.object({ image: imageConfigSchema, version: versionSchema }).required();

export function replaceRoute(server: Server, cluster: Cluster): void {
  server.route<ImageParams & { Payload: Body }>({
    method: 'PUT',
    path: '/apiv1/image/{name}',
    options: { payload: jsonPayload, validate: { ...imageParams, payload: body } },
    handler: async ({ params: { name }, payload: { image, version } }) => {
      const saved = await replaceImage(cluster, name, { image, ifVersion: version });
      return success(serializeSavedImage({ name, ...saved }));
    },
  });
}
