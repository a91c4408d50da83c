import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { registerEngine } from '../../commands/engines/register-engine.ts';
import { removeEngine } from '../../commands/engines/remove-engine.ts';
import { type ShownEngine, showEngine, showEngines } from '../../commands/engines/show-engine.ts';
import { summarizeCluster } from '../../commands/summarize-cluster.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { hasEngine } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { newEngineSchema } from '../engine-schema.ts';
import { serializeEngine } from '../listed-container.ts';
import { needs } from '../route-rules.ts';
import { jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

interface NewEngine {
  readonly id: string;
  readonly addr: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly labels?: readonly string[];
}

interface OfEngine {
  readonly Params: { readonly id: string };
}

/** Certificates in the request are ignored: engines are reached with those of the configuration. */
const wrapped = Joi.object<{ readonly engine: NewEngine }>({ engine: newEngineSchema }).unknown().required();

/** The Shipyard API version that this implements. */
const apiVersion = '2.0.8';

export function engineRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/api/cluster/info',
    options: { plugins: needs('read', 'cluster') },
    handler: () => {
      const { engines: _, warnings: __, ...numbers } = summarizeCluster(cluster);
      return { ...numbers, version: apiVersion };
    },
  });
  server.route({
    method: 'GET',
    path: '/api/engines',
    options: { plugins: needs('read', 'engine') },
    handler: async ({ app: { scope } }) =>
      (await showEngines(cluster)).filter(({ engine }) => hasEngine(scope, engine)).map(serialize),
  });
  server.route({
    method: 'POST',
    path: '/api/engines',
    options: { plugins: needs('create', 'engine'), payload: jsonPayload },
    handler: async ({ payload }, h) => {
      const { engine, ...rest } = fieldsOf(payload);
      const { engine: known } = received(wrapped, { ...rest, engine: withoutZeros(fieldsOf(engine)) });
      await registerEngine(cluster, { labels: [], ...known });
      return h.response().code(201);
    },
  });
  server.route<OfEngine>({
    method: 'GET',
    path: '/api/engines/{id}',
    options: { plugins: needs('read', 'engine') },
    handler: async ({ params: { id } }, h) => {
      const found = await showEngine(cluster, id).catch((error: unknown) => {
        if (isSatsumaError(error, 'no_such_engine')) return undefined;
        throw error;
      });
      return found ? serialize(found) : h.response('null').type('application/json');
    },
  });
  server.route<OfEngine>({
    method: 'DELETE',
    path: '/api/engines/{id}',
    options: { plugins: needs('remove', 'engine') },
    handler: async ({ params: { id } }, h) => {
      await removeEngine(cluster, id, { force: true });
      return h.response().code(204);
    },
  });
}

/** Never contains a key. */
function serialize({ engine, status }: ShownEngine) {
  const version = engine.daemon?.version;
  return {
    id: engine.id,
    engine: serializeEngine(engine),
    health: { status: status === 'down' || status === 'pending' || status === 'lost' ? 'down' : 'up' },
    ...(version !== undefined && { docker_version: version }),
  };
}

/** Go sends 0 for absent values: they are removed, so that the engine's own are used. */
function withoutZeros(engine: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(engine).flatMap(([key, value]) => {
      if (value === 0) return [];
      return [[key, key === 'memory' && typeof value === 'number' ? Math.floor(value) : value]];
    }),
  );
}
