import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { type PullImageBody, pullImagePolicies } from '../../../api/engine-image.ts';
import { pullEngineImages } from '../../../commands/engine-images/pull-engine-images.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { imageName } from '../../image-schema.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { choiceKeys, choiceMessages } from './schema.ts';

const body = Joi.object<PullImageBody>({
  name: imageName.required(),
  policy: Joi.string().valid(...pullImagePolicies),
  ...choiceKeys,
})
  .oxor('engines', 'labels')
  .messages(choiceMessages)
  .required();

/**
 * Answers JSON lines: the progress of each engine, and the results. If the client disconnects, the pulls are cancelled,
 * as with docker.
 */
export function pullRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<{ Payload: PullImageBody }>({
    method: 'POST',
    path: '/apiv1/engine-images/pull',
    options: {
      description: 'Pull an image on engines',
      plugins: needs('create', 'engine-image'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: body },
    },
    handler: (request, h) =>
      answerJsonLines(request, h, stopping, (signal) => pullEngineImages(cluster, request.payload, signal)),
  });
}
