import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { CreateNetworkBody, PruneBody } from '../../../api/volume.ts';
import { createMeshNetwork, removeAnyNetwork } from '../../../commands/mesh/mesh-networks.ts';
import { createNetwork, pruneNetworks } from '../../../commands/networks/networks.ts';
import type { NetworkSpec } from '../../../model/network.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { driverName, type OneParams, oneParams, pruneSchema, serializePruned, textMap } from '../../engine-things.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { thingName } from '../../thing-name.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { serializeNetwork } from './read.ts';

const subnet = Joi.string().ip({ cidr: 'required' }).messages({
  'string.ip': '{{#label}} must be a subnet like 10.5.0.0/16',
  'string.ipVersion': '{{#label}} must be a subnet like 10.5.0.0/16',
});

const createBody = Joi.object<CreateNetworkBody>({
  name: thingName.required(),
  scope: idSchema,
  driver: driverName,
  internal: Joi.boolean(),
  attachable: Joi.boolean(),
  ipv6: Joi.boolean(),
  subnet,
  gateway: Joi.string().ip({ cidr: 'forbidden' }),
  ip_range: subnet,
  options: textMap,
  labels: textMap,
})
  .with('gateway', 'subnet')
  .with('ip_range', 'subnet')
  .required();

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: CreateNetworkBody }>({
    method: 'POST',
    path: '/apiv1/network',
    options: {
      description: 'Create a network',
      plugins: needs('create', 'network'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: createBody },
    },
    handler: async ({ payload: { scope, ...body } }, h) => {
      const spec = toSpec(body);
      const made = scope === undefined ? createMeshNetwork(cluster, spec) : createNetwork(cluster, scope, spec);
      return h.response(success(serializeNetwork(await made))).code(201);
    },
  });
}

function toSpec(body: Omit<CreateNetworkBody, 'scope'>): NetworkSpec {
  const { internal, attachable, ipv6, subnet: cidr, gateway, ip_range, ...rest } = body;
  return {
    ...{ ...rest, isInternal: internal, isAttachable: attachable, isIPv6: ipv6 },
    ...(cidr !== undefined && { subnets: [{ subnet: cidr, gateway, ip_range }] }),
  };
}

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<OneParams>({
    method: 'DELETE',
    path: '/apiv1/network/{engine}/{name}',
    options: { description: 'Remove a network', plugins: needs('remove', 'network'), validate: oneParams },
    handler: async ({ params: { engine, name } }, h) => {
      await removeAnyNetwork(cluster, engine, name);
      return h.response(success({ engine, name })).code(202);
    },
  });
}

export function pruneRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: PruneBody | null }>({
    method: 'POST',
    path: '/apiv1/networks/prune',
    options: {
      description: 'Remove unused networks',
      plugins: needs('remove', 'network'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: pruneSchema() },
    },
    handler: async ({ payload: body }) => {
      const { dry_run: isDryRun = false, ...choice } = body ?? {};
      const { errors, ...pruned } = await pruneNetworks(cluster, { ...choice, isDryRun });
      return success(serializePruned({ ...pruned, errors }, isDryRun), { errors });
    },
  });
}
