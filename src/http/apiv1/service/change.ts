import type { Server } from '@hapi/hapi';
import type { Cluster } from '../../../cluster/cluster.ts';
import { updateService } from '../../../cluster/services/change-service.ts';
import { showService } from '../../../cluster/services/show-service.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { HealthCheck, ServiceSpec, UpdatePolicy } from '../../../model/service.ts';
import { success } from '../../envelope.ts';
import { jsonPayload } from '../../validation.ts';
import { resolveServiceImage, type ServiceImage } from './image.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { serviceChangesSchema } from './schema.ts';
import { serviceShape } from './shape.ts';

type Body = Partial<Omit<ServiceSpec, 'image' | 'update' | 'health'>> &
  ServiceImage & {
    readonly name?: string;
    readonly update?: Partial<UpdatePolicy>;
    readonly health?: HealthCheck | null;
    readonly generation?: number;
  };

export function changeRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams & { Payload: Body }>({
    method: 'PUT',
    path: '/apiv1/service/{name}',
    options: { payload: jsonPayload, validate: { ...serviceParams, payload: serviceChangesSchema } },
    handler: async ({ params, payload }) => {
      const { name = params.name, image, from, constraints, spread, generation, ...changes } = payload;
      const whereabouts = { ...(constraints && { constraints }), ...(spread && { spread }) };
      if (name !== params.name) throw new SatsumaError('unchangeable', `service ${params.name} cannot be renamed`);
      const isOther = image !== undefined || from !== undefined;
      const made = isOther
        ? { image: await resolveServiceImage(cluster, { image, from, ...whereabouts }) }
        : { whereabouts };
      await updateService(cluster, name, { ...changes, ...made, ifGeneration: generation });
      return success(serviceShape(await showService(cluster, name)));
    },
  });
}
