import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { planContainer } from '../../../cluster/plan-container.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import { success } from '../../envelope.ts';
import { jsonPayload, strictly } from '../../validation.ts';
import { imageConfigSchema } from '../image-schema.ts';

export function planRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: ImageConfig }>({
    method: 'POST',
    path: '/apiv1/plan',
    options: { payload: jsonPayload, validate: { ...strictly, payload: imageConfigSchema } },
    handler: async ({ payload }) => {
      const { candidates, refused } = await planContainer(cluster, payload);
      const ranked = candidates.map(({ engine, score }) => ({ engine: engine.id, score }));
      return success({ engine: ranked[0]?.engine ?? null, candidates: ranked, refused });
    },
  });
}
