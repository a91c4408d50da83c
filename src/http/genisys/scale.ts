import type { Server } from '@hapi/hapi';
import { awaitReplicas } from '../../commands/services/await-replicas.ts';
import { scaleService } from '../../commands/services/change-service.ts';
import { countImage } from '../../commands/services/count-running.ts';
import { findService } from '../../decisions/services/find-service.ts';
import type { GenisysSettings } from '../../model/doors.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { approvalOf } from '../under-policy.ts';
import { untilGone } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { jsonPayload } from '../validation.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { received } from './received.ts';
import { scaleSchema } from './schema.ts';

/** Allows for pulling the image. */
const waitMs = 300_000;

/** Answers when this number of replicas is running. */
export function scaleRoute(server: Server, cluster: Cluster, { countBy }: GenisysSettings): void {
  const stopping = untilStop(server);
  server.route<ServiceParams>({
    method: 'POST',
    path: '/service/{name}/scale',
    options: { plugins: needs('update', 'service'), payload: jsonPayload, validate: serviceParams },
    handler: async (request, h) => {
      const { params, payload, raw } = request;
      const { name } = params;
      const { number } = received(scaleSchema, payload);
      const replicas = countBy === 'image' ? await withoutOthers(cluster, name, number) : number;
      const gone = untilGone(raw);
      await scaleService(cluster, name, replicas, approvalOf(cluster, request));
      await awaitReplicas(cluster, name, replicas, { ms: waitMs, signal: AbortSignal.any([gone, stopping]) });
      return h.response().code(200);
    },
  });
}

/** The number of the service's own replicas, if other containers of its image count, too. Those are not stopped. */
async function withoutOthers(cluster: Cluster, name: string, number: number): Promise<number> {
  const { spec } = await findService(cluster, name);
  const others = await countImage(cluster, spec.image.name, name);
  if (others <= number) return number - others;
  const sentence = `${others} running containers of image ${spec.image.name} do not belong to service ${name}: stop them where they were started`;
  throw new SatsumaError('unchangeable', sentence);
}
