import type { Server } from '@hapi/hapi';
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
      const { lands, stranded, gone } = await rehearseLoss(cluster, params.id);
      return success({
        lands: lands.map(serializeMove),
        stranded: stranded.map(({ replica: { name, replica }, refused }) => ({
          ...{ container: name, service: replica.service, slot: replica.slot, refused },
        })),
        gone: gone.map(({ name, image, isForeign = false }) => ({
          container: name,
          image: image.name,
          foreign: isForeign,
        })),
      });
    },
  });
}
