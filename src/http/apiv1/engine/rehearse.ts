import type { Server } from '@hapi/hapi';
import type { LossRehearsal } from '../../../api/drain.ts';
import { rehearseLoss } from '../../../simulation/rehearse-loss.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { serializeMove } from '../../serialize.ts';
import { type EngineParams, engineParams } from './params.ts';

/** What would become of everything there if the engine were lost. */
export function rehearseRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams>({
    method: 'GET',
    path: '/apiv1/engine/{id}/rehearse-loss',
    options: { validate: engineParams },
    handler: async ({ params }) => {
      const { placed, unschedulable, removed } = await rehearseLoss(cluster, params.id);
      const rehearsal: LossRehearsal = {
        lands: placed.map(serializeMove),
        stranded: unschedulable.map(({ replica: { name, replica }, refused }) => ({
          ...{ container: name, service: replica.service, slot: replica.slot, refused },
        })),
        gone: removed.map(({ name, image, isForeign = false }) => ({
          container: name,
          image: image.name,
          foreign: isForeign,
        })),
      };
      return success(rehearsal);
    },
  });
}
