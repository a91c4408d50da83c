import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { ConnectBody, DisconnectBody } from '../../../api/volume.ts';
import { connectNetwork, disconnectNetwork } from '../../../commands/networks/networks.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { type OneParams, oneParams } from '../../engine-things.ts';
import { success } from '../../envelope.ts';
import { endpointKeys } from '../../network-schema.ts';
import { needs } from '../../route-rules.ts';
import { jsonPayload } from '../../validation.ts';
import { containerSchema } from '../container/params.ts';

const connectBody = Joi.object<ConnectBody>({
  container: containerSchema.required(),
  ...endpointKeys,
}).required();

export function connectRoute(server: Server, cluster: Cluster): void {
  server.route<OneParams & { Payload: ConnectBody }>({
    method: 'POST',
    path: '/apiv1/network/{engine}/{name}/connect',
    options: {
      description: 'Connect a container to a network',
      plugins: needs('update', 'network'),
      payload: jsonPayload,
      validate: { ...oneParams, payload: connectBody },
    },
    handler: async ({ params, payload: { container, ...endpoint } }) => {
      await connectNetwork(cluster, { engineId: params.engine, network: params.name, container }, endpoint);
      return success({ ...params, container });
    },
  });
}

const disconnectBody = Joi.object<DisconnectBody>({
  container: containerSchema.required(),
  force: Joi.boolean(),
}).required();

export function disconnectRoute(server: Server, cluster: Cluster): void {
  server.route<OneParams & { Payload: DisconnectBody }>({
    method: 'POST',
    path: '/apiv1/network/{engine}/{name}/disconnect',
    options: {
      description: 'Disconnect a container from a network',
      plugins: needs('update', 'network'),
      payload: jsonPayload,
      validate: { ...oneParams, payload: disconnectBody },
    },
    handler: async ({ params, payload: { container, force: isForced = false } }) => {
      const membership = { engineId: params.engine, network: params.name, container };
      await disconnectNetwork(cluster, membership, { isForced });
      return success({ ...params, container });
    },
  });
}
