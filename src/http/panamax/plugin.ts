import type { Lifecycle, Plugin, Server } from '@hapi/hapi';
import { deployServices } from '../../commands/services/deploy-services.ts';
import { discardService } from '../../commands/services/discard-service.ts';
import { listServices, showService } from '../../commands/services/show-service.ts';
import { startService, stopService } from '../../commands/services/switch-service.ts';
import type { Logger } from '../../logging/logger.ts';
import type { DoorSettings } from '../../model/doors.ts';
import type { Scope } from '../../model/scope.ts';
import type { ServiceRecord } from '../../model/service.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isServiceWithin } from '../../state/scopes.ts';
import type { Door } from '../door.ts';
import { errorResponse } from '../error-response.ts';
import { requireService, requireServiceOrNone } from '../guard-scope.ts';
import { needs } from '../route-rules.ts';
import { approvalOf, underPolicy } from '../under-policy.ts';
import { jsonPayload } from '../validation.ts';
import { readApplication } from './application.ts';
import type { DesiredState, PostedService } from './entity.ts';
import { isHealthy, metadata } from './health.ts';
import { serviceNameOf, toServiceName } from './names.ts';
import { withReasons } from './reasons.ts';
import { changedService, postedServices } from './schema.ts';
import { serializeService } from './serialize.ts';
import { toSpecs } from './specs.ts';

/** The agent posts to the one with the slash. */
const collection = ['/v1/services', '/v1/services/'];
const entity = '/v1/services/{id}';

interface EntityRoute {
  readonly Params: { readonly id: string };
}

const panamaxPlugin: Plugin<{ readonly cluster: Cluster; readonly settings: DoorSettings }> = {
  name: 'panamax',
  register: (server, { cluster }) => {
    for (const path of collection) collectionRoutes(server, cluster, path);
    entityRoutes(server, cluster);
    server.route({
      method: 'GET',
      path: '/v1/metadata',
      options: { plugins: needs('read', 'cluster') },
      handler: () => metadata(cluster),
    });
    server.route({
      method: 'GET',
      path: '/healthcheck',
      options: { plugins: needs('read', 'cluster') },
      handler: async (_, h) => h.response(String(await isHealthy(cluster))).type('text/plain'),
    });
  },
};

function collectionRoutes(server: Server, cluster: Cluster, path: string): void {
  server.route({
    method: 'GET',
    path,
    options: { plugins: needs('read', 'service') },
    handler: async ({ app: { scope } }) => {
      const services = await listServices(cluster);
      return services.filter(({ name }) => isServiceWithin(cluster, scope, name)).map(serializeService);
    },
  });
  server.route<{ Payload: PostedService[] }>({
    method: 'POST',
    path,
    options: { plugins: needs('create', 'service'), payload: jsonPayload, validate: postedServices },
    handler: async (request, h) => {
      const { payload } = request;
      const existing = presentServices(cluster, request.app.scope);
      const members = readApplication(payload, existing);
      for (const { name } of members) requireServiceOrNone(cluster, request, name);
      const stopped = members.filter(({ posted }) => posted.desiredState === 'stopped').map(({ name }) => name);
      const specs = [...toSpecs(members, existing)].map(([name, spec]) => {
        return [name, { ...spec, image: underPolicy(cluster, request, spec.image) }] as const;
      });
      await deployServices(cluster, new Map(specs), new Set(stopped));
      const shown = payload.map(({ name }) => showService(cluster, toServiceName(name)));
      return h.response((await Promise.all(shown)).map(serializeService)).code(201);
    },
  });
}

function entityRoutes(server: Server, cluster: Cluster): void {
  server.route<EntityRoute>({
    method: 'GET',
    path: entity,
    options: { plugins: needs('read', 'service') },
    handler: async (request) => {
      const name = serviceNameOf(request.params.id);
      requireService(cluster, request, name);
      return serializeService(await showService(cluster, name));
    },
  });
  server.route<EntityRoute & { Payload: { readonly desiredState: DesiredState } }>({
    method: 'PUT',
    path: entity,
    options: { plugins: needs('update', 'service'), payload: jsonPayload, validate: changedService },
    handler: async (request, h) => {
      const { params, payload } = request;
      requireService(cluster, request, serviceNameOf(params.id));
      await switches[payload.desiredState](cluster, serviceNameOf(params.id), approvalOf(cluster, request));
      return h.response().code(204);
    },
  });
  server.route<EntityRoute>({
    method: 'DELETE',
    path: entity,
    options: { plugins: needs('remove', 'service') },
    handler: async (request, h) => {
      const name = serviceNameOf(request.params.id);
      requireService(cluster, request, name);
      await discardService(cluster, name);
      return h.response().code(204);
    },
  });
}

/** Excludes services that are being removed: others cannot depend on them. */
function presentServices(cluster: Cluster, scope: Scope | undefined): Map<string, ServiceRecord> {
  const all = cluster.cache.services.all().filter(({ id }) => isServiceWithin(cluster, scope, id));
  const present = all.filter(({ value }) => !value.isRemoved);
  return new Map(present.map(({ id, value }) => [id, value]));
}

const switches = { started: startService, stopped: stopService } as const;

/** A Panamax adapter: runs the agent's applications as services. */
export const panamaxDoor: Door<DoorSettings> = { plugin: panamaxPlugin, answerErrors: messageErrors };

/** The agent shows `message` to its user. */
function messageErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const reported = errorResponse(request, logger);
    return reported
      ? h.response({ message: withReasons(reported.sentence, reported.details) }).code(reported.status)
      : h.continue;
  };
}
