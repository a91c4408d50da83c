import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { MoveServiceBody } from '../../../api/service.ts';
import { moveService, stopMove } from '../../../commands/services/move-service.ts';
import { showService } from '../../../commands/services/show-service.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { requireBesides } from '../../access-guard.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { approvalOf } from '../../under-policy.ts';
import { idSchema, jsonPayload } from '../../validation.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { serializeService } from './serialize.ts';

const payload = Joi.object<MoveServiceBody>({
  to: idSchema.required(),
  from: idSchema,
  replace_volumes: Joi.boolean(),
  remove_volumes: Joi.boolean(),
  leave_paths: Joi.boolean(),
}).required();

/** The progress is in the status of the service. */
export function moveRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams & { Payload: MoveServiceBody }>({
    method: 'POST',
    path: '/apiv1/service/{name}/move',
    options: {
      description: 'Move a service to another engine with its volumes',
      plugins: needs('update', 'service'),
      payload: jsonPayload,
      validate: { ...serviceParams, payload },
    },
    handler: async (request, h) => {
      const { name } = request.params;
      const { payload: body, app } = request;
      const { to, from, replace_volumes: isReplacing, remove_volumes: areVolumesRemoved } = body;
      // Volumes belong to no project, so a scoped caller needs a permission to remove them.
      if (isReplacing || areVolumesRemoved) requireBesides(cluster, request, { verb: 'remove', noun: 'volume' });
      const asked = { to, from, isReplacing, areVolumesRemoved, arePathsLeft: body.leave_paths, scope: app.scope };
      await moveService(cluster, name, { ...asked, ...approvalOf(cluster, request) });
      return h.response(success(serializeService(await showService(cluster, name)))).code(202);
    },
  });
}

export function stopMoveRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'DELETE',
    path: '/apiv1/service/{name}/move',
    options: {
      description: 'Stop the move of a service',
      plugins: needs('update', 'service'),
      validate: serviceParams,
    },
    handler: async ({ params: { name } }, h) => {
      await stopMove(cluster, name);
      return h.response(success(serializeService(await showService(cluster, name)))).code(202);
    },
  });
}
