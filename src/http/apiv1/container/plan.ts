import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { resolveImage } from '../../../cluster/images/find-image.ts';
import { planContainer } from '../../../cluster/plan-container.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import { success } from '../../envelope.ts';
import { imageRequestSchema } from '../../image-schema.ts';
import { jsonPayload, strictly } from '../../validation.ts';

export function planRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: ImageRequest }>({
    method: 'POST',
    path: '/apiv1/plan',
    options: { payload: jsonPayload, validate: { ...strictly, payload: imageRequestSchema } },
    handler: async ({ payload }) => {
      const { candidates, refused } = await planContainer(cluster, await resolveImage(cluster, payload));
      const ranked = candidates.map(({ engine, ...rank }) => ({ engine: engine.id, ...rank }));
      return success({ engine: ranked[0]?.engine ?? null, candidates: ranked, refused });
    },
  });
}
