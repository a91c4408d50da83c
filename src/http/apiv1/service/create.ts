import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { createService } from '../../../cluster/services/change-service.ts';
import { showService } from '../../../cluster/services/show-service.ts';
import type { ServiceSpec, UpdatePolicy } from '../../../model/service.ts';
import { answerOnce, keyHeader } from '../../answer-once.ts';
import { success } from '../../envelope.ts';
import { defaultUpdate, serviceDefaults } from '../../service-defaults.ts';
import { jsonPayload, strictly } from '../../validation.ts';
import { resolveServiceImage, type ServiceImage } from './image.ts';
import { newServiceSchema } from './schema.ts';
import { serviceShape } from './shape.ts';

type Body = Partial<Omit<ServiceSpec, 'image' | 'update'>> &
  ServiceImage & { readonly name: string; readonly update?: Partial<UpdatePolicy> };

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: Body }>({
    method: 'POST',
    path: '/apiv1/service',
    options: { payload: jsonPayload, validate: { ...strictly, headers: keyHeader, payload: newServiceSchema } },
    handler: (request, h) =>
      answerOnce(cluster, request, h, async () => {
        const { name, image, from, constraints, spread, update, ...rest } = request.payload;
        const whereabouts = { ...(constraints && { constraints }), ...(spread && { spread }) };
        const spec: ServiceSpec = {
          ...serviceDefaults,
          ...rest,
          image: await resolveServiceImage(cluster, { image, from, ...whereabouts }),
          update: { ...defaultUpdate, ...update },
        };
        await createService(cluster, name, spec);
        return { status: 201, body: success(serviceShape(await showService(cluster, name))) };
      }),
  });
}
