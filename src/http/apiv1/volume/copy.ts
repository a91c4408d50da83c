import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { CopyVolumeBody } from '../../../api/volume.ts';
import { copyVolume } from '../../../commands/volumes/copy-volume.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { type OneParams, oneParams } from '../../engine-things.ts';
import { answerJsonLines } from '../../json-lines.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { idSchema, jsonPayload } from '../../validation.ts';

const payload = Joi.object<CopyVolumeBody>({ to: idSchema.required() }).required();

/** Answers JSON lines: the progress, and finally the result. If the client disconnects, the copy is cancelled. */
export function copyRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<OneParams & { Payload: CopyVolumeBody }>({
    method: 'POST',
    path: '/apiv1/volume/{engine}/{name}/copy',
    options: {
      description: 'Copy a volume to another engine',
      plugins: needs('create', 'volume'),
      payload: jsonPayload,
      validate: { ...oneParams, payload },
    },
    handler: (request, h) => {
      const { engine: from, name } = request.params;
      const { to } = request.payload;
      return answerJsonLines(request, h, stopping, (signal) => copyVolume(cluster, { name, from, to }, signal));
    },
  });
}
