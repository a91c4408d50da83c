import type { Server } from '@hapi/hapi';
import type { NetworkRow } from '../../../api/volume.ts';
import {
  inspectNetwork,
  listKeptNetworks,
  listNetworks,
  type NetworkOnEngine,
} from '../../../commands/networks/networks.ts';
import type { VolumeFilter } from '../../../commands/volumes/volumes.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { listQuery, type OneParams, oneParams } from '../../engine-things.ts';
import { success } from '../../envelope.ts';
import { type PageQuery, pageOf, placeByName } from '../../page.ts';
import { needs } from '../../route-rules.ts';
import { flagSchema } from '../../validation.ts';

/**
 * `?consistent=false`: the networks as each engine last reported them. An engine that has not reported yet is asked.
 */
const networkQuery = { ...listQuery, query: listQuery.query.append({ consistent: flagSchema.default(true) }) };

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<{ Query: VolumeFilter & PageQuery & { readonly consistent: boolean } }>({
    method: 'GET',
    path: '/apiv1/networks',
    options: {
      description: 'List the networks of the engines',
      plugins: needs('read', 'network'),
      validate: networkQuery,
    },
    handler: async ({ query }) => {
      const list = query.consistent ? listNetworks : listKeptNetworks;
      const { networks, errors } = await list(cluster, query);
      const { rows, ...next } = pageOf(networks, query, placeByName);
      return success(rows.map(serializeNetwork), { ...next, errors });
    },
  });
}

export function inspectRoute(server: Server, cluster: Cluster): void {
  server.route<OneParams>({
    method: 'GET',
    path: '/apiv1/network/{engine}/{name}',
    options: {
      description: 'Show a network, and its running containers',
      plugins: needs('read', 'network'),
      validate: oneParams,
    },
    handler: async ({ params: { engine, name } }) => {
      const { containers, ...network } = await inspectNetwork(cluster, engine, name);
      return success({ ...serializeNetwork(network), containers });
    },
  });
}

export function serializeNetwork(network: NetworkOnEngine): NetworkRow {
  const { engineId, isInternal, isAttachable, isIPv6, createdAt, ...rest } = network;
  const flags = { internal: isInternal, attachable: isAttachable, ipv6: isIPv6 };
  return { engine: engineId, ...rest, ...flags, ...(createdAt !== '' && { created_at: createdAt }) };
}
