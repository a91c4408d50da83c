import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import type { LossRehearsal } from '../../../api/drain.ts';
import { listContainers } from '../../../commands/containers/list-containers.ts';
import { showEngine, showEngines } from '../../../commands/engines/show-engine.ts';
import { sizesOfOthers } from '../../../commands/engines/sizes-of-others.ts';
import { refreshEngines } from '../../../engine-sync/refresh-engines.ts';
import { hasEngine } from '../../../model/scope.ts';
import { rehearseLoss } from '../../../simulation/rehearse-loss.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { serializeContainerOnEngine, serializeMove, serializeShownEngine } from '../../serialize.ts';
import { flagSchema, strictValidation } from '../../validation.ts';
import { type ConsistentQuery, consistentQuery } from '../consistent.ts';
import { type EngineParams, engineParams } from './params.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/engines',
    options: { description: 'List the engines', plugins: needs('read', 'engine'), validate: consistentQuery },
    handler: async ({ query, app: { scope } }) => {
      if (query.consistent) await refreshEngines(cluster);
      const engines = (await showEngines(cluster)).filter(({ engine }) => hasEngine(scope, engine));
      return success(engines.map(serializeShownEngine));
    },
  });
}

/** So that whoever sees a part of an engine knows what else is taken there, and nothing more. */
export function othersRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/engines/others',
    options: {
      description: 'Show what is promised to containers that the caller may not see: sizes only',
      plugins: needs('read', 'engine'),
      validate: strictValidation,
    },
    handler: async ({ app: { scope } }) => success(await sizesOfOthers(cluster, scope)),
  });
}

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/engine/{id}',
    options: {
      description: 'Show an engine',
      plugins: needs('read', 'engine'),
      validate: { ...consistentQuery, ...engineParams },
    },
    handler: async ({ params, query }) => {
      if (query.consistent) await refreshEngines(cluster, params.id);
      return success(serializeShownEngine(await showEngine(cluster, params.id)));
    },
  });
}

interface Query {
  readonly all: boolean;
  readonly consistent: boolean;
}

export function containersRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams & { Query: Query }>({
    method: 'GET',
    path: '/apiv1/engine/{id}/containers',
    options: {
      description: 'List the containers of an engine',
      plugins: needs('read', 'container'),
      validate: {
        ...engineParams,
        query: Joi.object({ all: flagSchema.default(false), consistent: flagSchema.default(false) }),
      },
    },
    handler: async ({ params, query, app: { scope } }) => {
      const { containers, errors } = await listContainers(cluster, { ...query, engine: params.id, scope });
      const { observedAt } = cluster.cache.observation(params.id);
      const beside = { ...(observedAt !== '' && { observed_at: observedAt }), ...(errors.length > 0 && { errors }) };
      return success(Array.from(containers, serializeContainerOnEngine), beside);
    },
  });
}

/** Simulates the loss of the engine. */
export function rehearseRoute(server: Server, cluster: Cluster): void {
  server.route<EngineParams>({
    method: 'GET',
    path: '/apiv1/engine/{id}/rehearse-loss',
    options: {
      description: 'Simulate the loss of an engine',
      plugins: needs('read', 'engine'),
      validate: engineParams,
    },
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
