import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { ContainerPlan, PlanBody } from '../../../api/container.ts';
import { planContainer } from '../../../commands/containers/plan-container.ts';
import { resolveImage } from '../../../commands/images/find-image.ts';
import type { ImageConfig } from '../../../model/image-config.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { imageRequestSchema } from '../../image-schema.ts';
import { needs } from '../../route-rules.ts';
import { underPolicy } from '../../under-policy.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';
import { planService } from '../service/plan.ts';
import { plannedServiceSchema } from '../service/schema.ts';

const body = Joi.when(Joi.object({ service: Joi.exist() }).unknown(), {
  // biome-ignore lint/suspicious/noThenProperty: Joi's word
  then: plannedServiceSchema,
  otherwise: imageRequestSchema,
}).required();

export function planRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: PlanBody }>({
    method: 'POST',
    path: '/apiv1/plan',
    options: {
      description: 'Show where a container or a service would be placed; changes nothing',
      plugins: needs('plan', 'container'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: body },
    },
    handler: async (request) => {
      const { payload } = request;
      return success(
        'service' in payload
          ? await planService(cluster, request, payload.service)
          : await planImage(
              cluster,
              underPolicy(cluster, request, await resolveImage(cluster, payload, request.app.scope)),
            ),
      );
    },
  });
}

async function planImage(cluster: Cluster, image: ImageConfig): Promise<ContainerPlan> {
  const { candidates, refused } = await planContainer(cluster, image);
  const ranked = candidates.map(({ engine, ...rank }) => ({ engine: engine.id, ...rank }));
  return { engine: ranked[0]?.engine ?? null, candidates: ranked, refused };
}
