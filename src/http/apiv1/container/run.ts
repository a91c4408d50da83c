import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { runContainer } from '../../../cluster/run-container.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import { answerOnce, keyHeader } from '../../answer-once.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictly } from '../../validation.ts';
import { imageConfigSchema } from '../image-schema.ts';
import { runningContainerShape } from '../shapes.ts';

export function runRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: ImageConfig }>({
    method: 'POST',
    path: '/apiv1/container',
    options: { payload: jsonPayload, validate: { ...strictly, headers: keyHeader, payload: imageConfigSchema } },
    handler: (request, h) =>
      answerOnce(cluster, request, h, async (attempt) => {
        const container = await runContainer(cluster, request.payload, { attempt });
        return { status: 201, body: success(runningContainerShape(container)) };
      }),
  });
}
