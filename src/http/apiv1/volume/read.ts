import type { Server } from '@hapi/hapi';
import type { VolumeRow } from '../../../api/volume.ts';
import {
  inspectVolume,
  listVolumes,
  type VolumeFilter,
  type VolumeOnEngine,
} from '../../../commands/volumes/volumes.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { listQuery, type OneParams, oneParams } from '../../engine-things.ts';
import { success } from '../../envelope.ts';
import { type PageQuery, pageOf, placeByName } from '../../page.ts';
import { needs } from '../../route-rules.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: VolumeFilter & PageQuery }>({
    method: 'GET',
    path: '/apiv1/volumes',
    options: { description: 'List the volumes of the engines', plugins: needs('read', 'volume'), validate: listQuery },
    handler: async ({ query }) => {
      const { volumes, errors } = await listVolumes(cluster, query);
      const { rows, ...next } = pageOf(volumes, query, placeByName);
      return success(rows.map(serializeVolume), { ...next, errors });
    },
  });
}

export function inspectRoute(server: Server, cluster: Cluster): void {
  server.route<OneParams>({
    method: 'GET',
    path: '/apiv1/volume/{engine}/{name}',
    options: {
      description: 'Show a volume, and the containers that use it',
      plugins: needs('read', 'volume'),
      validate: oneParams,
    },
    handler: async ({ params: { engine, name } }) => {
      const { usedBy, ...volume } = await inspectVolume(cluster, engine, name);
      return success({ ...serializeVolume(volume), used_by: usedBy });
    },
  });
}

export function serializeVolume({ engineId, createdAt, copyingFrom, ...volume }: VolumeOnEngine): VolumeRow {
  return {
    engine: engineId,
    ...volume,
    ...(createdAt !== '' && { created_at: createdAt }),
    ...(copyingFrom !== undefined && { copying_from: copyingFrom }),
  };
}
