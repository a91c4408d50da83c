import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { CreateVolumeBody, PruneVolumesBody } from '../../../api/volume.ts';
import { createVolume, pruneVolumes, removeVolume } from '../../../commands/volumes/volumes.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { driverName, type OneParams, oneParams, pruneSchema, serializePruned, textMap } from '../../engine-things.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { thingName } from '../../thing-name.ts';
import { refuseVolume } from '../../under-policy.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { serializeVolume } from './read.ts';

const createBody = Joi.object<CreateVolumeBody>({
  engine: idSchema.required(),
  name: thingName.min(2),
  driver: driverName,
  options: textMap,
  labels: textMap,
}).required();

export function createRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: CreateVolumeBody }>({
    method: 'POST',
    path: '/apiv1/volume',
    options: {
      description: 'Create a volume',
      plugins: needs('create', 'volume'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: createBody },
    },
    handler: async (request, h) => {
      const { engine, ...spec } = request.payload;
      refuseVolume(cluster, request, spec);
      return h.response(success(serializeVolume(await createVolume(cluster, engine, spec)))).code(201);
    },
  });
}

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<OneParams>({
    method: 'DELETE',
    path: '/apiv1/volume/{engine}/{name}',
    options: { description: 'Remove a volume', plugins: needs('remove', 'volume'), validate: oneParams },
    handler: async ({ params: { engine, name } }, h) => {
      await removeVolume(cluster, engine, name);
      return h.response(success({ engine, name })).code(202);
    },
  });
}

export function pruneRoute(server: Server, cluster: Cluster): void {
  const payload = pruneSchema<PruneVolumesBody>({ all: Joi.boolean() });
  server.route<{ Payload: PruneVolumesBody | null }>({
    method: 'POST',
    path: '/apiv1/volumes/prune',
    options: {
      description: 'Remove unused volumes',
      plugins: needs('remove', 'volume'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async ({ payload: body }) => {
      const { dry_run: isDryRun = false, all: areNamedIncluded = false, ...choice } = body ?? {};
      const { errors, ...pruned } = await pruneVolumes(cluster, { ...choice, isDryRun, areNamedIncluded });
      return success(serializePruned({ ...pruned, errors }, isDryRun), { errors });
    },
  });
}
