import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { Drain, DrainBody } from '../../../api/drain.ts';
import type { EngineChangesBody, NewEngineBody } from '../../../api/engine.ts';
import { drainEngine, previewDrain } from '../../../commands/engines/drain-engine.ts';
import { registerEngine } from '../../../commands/engines/register-engine.ts';
import { removeEngine } from '../../../commands/engines/remove-engine.ts';
import { showEngine } from '../../../commands/engines/show-engine.ts';
import { updateEngine } from '../../../commands/engines/update-engine.ts';
import { warnOfOthers } from '../../../commands/engines/warn-of-others.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { requirePermission } from '../../access-guard.ts';
import { engineUpdateSchema, newEngineSchema } from '../../engine-schema.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { serializeMove, serializeNewEngine, serializeShownEngine } from '../../serialize.ts';
import { flagSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { keyHeader, withIdempotency } from '../../with-idempotency.ts';
import { type EngineParams, engineParams } from './params.ts';

export function registerRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewEngineBody }>({
    method: 'POST',
    path: '/apiv1/engine',
    options: {
      description: 'Register an engine',
      plugins: needs('create', 'engine'),
      payload: jsonPayload,
      validate: { ...strictValidation, headers: keyHeader, payload: newEngineSchema },
    },
    handler: (request, h) =>
      withIdempotency(cluster, request, h, async (attempt) => {
        const engine = await registerEngine(cluster, { labels: [], ...request.payload }, attempt?.operationId);
        const warning = await warnOfOthers(cluster, engine.id);
        return { status: 201, body: success(serializeNewEngine(engine), warning === undefined ? {} : { warning }) };
      }),
  });
}

export function updateRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Payload: EngineChangesBody }>({
    method: 'PATCH',
    path: '/apiv1/engine/{id}',
    options: {
      description: 'Change an engine',
      plugins: needs('update', 'engine'),
      payload: jsonPayload,
      validate: { ...engineParams, payload: engineUpdateSchema },
    },
    handler: async (request) => {
      const { params, payload } = request;
      const { status, ...update } = payload;
      // Engines are sent registry passwords and environments, so changing an address needs the permission to register
      // engines.
      if (update.addr !== undefined) requirePermission(cluster, request, { verb: 'create', noun: 'engine' });
      const intent = status === undefined ? {} : ({ intent: status === 'ok' ? 'active' : status } as const);
      await updateEngine(cluster, params.id, { ...update, ...intent });
      return success(serializeShownEngine(await showEngine(cluster, params.id)));
    },
  });
}

const body = Joi.object({ force: Joi.boolean(), with_volumes: Joi.boolean() }).allow(null);

export function drainRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Payload: DrainBody | null }>({
    method: 'POST',
    path: '/apiv1/engine/{id}/drain',
    options: {
      description: 'Drain an engine',
      plugins: needs('update', 'engine'),
      payload: jsonPayload,
      validate: { ...engineParams, payload: body },
    },
    handler: async ({ params, payload }, h) => {
      const { moves, blocked, foreign } = await drainEngine(cluster, params.id, {
        force: payload?.force ?? false,
        withVolumes: payload?.with_volumes ?? false,
      });
      const drain: Drain = { engine: params.id, moves: moves.map(serializeMove), blocked, foreign };
      return h.response(success(drain)).code(202);
    },
  });
}

export function drainPlanRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Query: { with_volumes: boolean } }>({
    method: 'GET',
    path: '/apiv1/engine/{id}/drain',
    options: {
      description: 'Show what a drain would move; changes nothing',
      plugins: needs('read', 'engine'),
      validate: { ...engineParams, query: Joi.object({ with_volumes: flagSchema.default(false) }) },
    },
    handler: async ({ params, query }) => {
      const { moves, blocked, foreign } = await previewDrain(cluster, params.id, { withVolumes: query.with_volumes });
      const drain: Drain = { engine: params.id, moves: moves.map(serializeMove), blocked, foreign };
      return success(drain);
    },
  });
}

export function removeRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Query: { force: boolean } }>({
    method: 'DELETE',
    path: '/apiv1/engine/{id}',
    options: {
      description: 'Remove an engine',
      plugins: needs('remove', 'engine'),
      validate: { ...engineParams, query: Joi.object({ force: flagSchema.default(false) }) },
    },
    handler: async ({ params, query }, h) => {
      await removeEngine(cluster, params.id, { force: query.force });
      return h.response(success(`Engine ${params.id} removed`)).code(202);
    },
  });
}
