import type { Plugin, Server } from '@hapi/hapi';
import Joi from 'joi';
import type { Balance, EngineLoad, NewRebalanceBody, Rebalance, RebalancePlan } from '../../../api/rebalance.ts';
import { showRebalance, startRebalance, stopRebalance } from '../../../commands/rebalance/ask-rebalance.ts';
import type { Rebalance as KnownRebalance } from '../../../model/rebalance.ts';
import type { Balance as KnownBalance, Load } from '../../../simulation/rebalance/balance.ts';
import { type RebalancePlan as Planned, planRebalance } from '../../../simulation/rebalance/plan-rebalance.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { jsonPayload, strictValidation } from '../../validation.ts';

/** Simulates a rebalance. */
function planRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/rebalance/plan',
    options: { description: 'Show what a rebalance would move', plugins: needs('plan', 'rebalance') },
    handler: async () => success(serializePlan(await planRebalance(cluster))),
  });
}

const body = Joi.object({ at_once: Joi.number().integer().min(1).max(100) }).allow(null);

/** Answers with the planned moves; `GET /apiv1/rebalance` shows the progress. */
function startRoute(server: Server, cluster: Cluster): void {
  server.route<{ Payload: NewRebalanceBody | null }>({
    method: 'POST',
    path: '/apiv1/rebalance',
    options: {
      description: 'Start a rebalance',
      plugins: needs('create', 'rebalance'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: body },
    },
    handler: async ({ payload }, h) => {
      const { plan, rebalance } = await startRebalance(cluster, payload?.at_once ?? 1);
      return h.response(success({ ...serializePlan(plan), ...serializeRebalance(rebalance) })).code(202);
    },
  });
}

/** The active rebalance, or the last one; null if there was none. */
function showRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/apiv1/rebalance',
    options: { description: 'Show the active rebalance, or the last one', plugins: needs('read', 'rebalance') },
    handler: async () => {
      const rebalance = await showRebalance(cluster);
      return success(rebalance ? serializeRebalance(rebalance) : null);
    },
  });
}

function stopRoute(server: Server, cluster: Cluster): void {
  server.route({
    method: 'DELETE',
    path: '/apiv1/rebalance',
    options: { description: 'Stop a rebalance; active moves are completed', plugins: needs('remove', 'rebalance') },
    handler: async (_request, h) => h.response(success(serializeRebalance(await stopRebalance(cluster)))).code(202),
  });
}

const routes = [planRoute, startRoute, showRoute, stopRoute];

export const rebalancePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-rebalance',
  register: (server, { cluster }) => {
    for (const route of routes) route(server, cluster);
  },
};

function serializePlan({ moves, unchanged, before, after, engines }: Planned): RebalancePlan {
  return {
    moves,
    stays: unchanged,
    gain: { before: serializeBalance(before), after: serializeBalance(after) },
    engines: engines.map((each) => ({
      engine: each.engine,
      before: serializeLoad(each.before),
      after: serializeLoad(each.after),
    })),
  };
}

function serializeRebalance({ atOnce, state, startedAt, finishedAt, moves }: KnownRebalance): Rebalance {
  return { state, at_once: atOnce, started_at: startedAt, finished_at: finishedAt ?? null, moves };
}

function serializeBalance({ containers, cpuPercent, memoryPercent }: KnownBalance): Balance {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}

function serializeLoad({ containers, cpuPercent, memoryPercent }: Load): EngineLoad {
  return { containers, cpu_percent: cpuPercent, memory_percent: memoryPercent };
}
