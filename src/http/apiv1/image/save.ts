import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { saveImage } from '../../../commands/images/save-image.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { imageConfigSchema } from '../../image-schema.ts';
import { serializeSavedImage } from '../../serialize.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';

interface Body {
  readonly name: string;
  readonly image: ImageConfig;
}

const body = Joi.object({ name: idSchema.required(), image: imageConfigSchema }).required();

export function saveRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: Body }>({
    method: 'POST',
    path: '/apiv1/image',
    options: { payload: jsonPayload, validate: { ...strictValidation, payload: body } },
    handler: async ({ payload: { name, image } }, h) => {
      const saved = await saveImage(cluster, name, image);
      return h.response(success(serializeSavedImage({ name, ...saved }))).code(201);
    },
  });
}
