import type { Server } from '@hapi/hapi';
import type { Generation } from '../../../api/service.ts';
import { showExplained } from '../../../commands/services/explain-waits.ts';
import { listGenerations, type NumberedGeneration } from '../../../commands/services/list-generations.ts';
import { readServiceLogs } from '../../../commands/services/read-service-logs.ts';
import { listServices } from '../../../commands/services/show-service.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { visibleError } from '../../hide-others.ts';
import { readerOf } from '../../reader-of.ts';
import { needs } from '../../route-rules.ts';
import { untilStop } from '../../until-stop.ts';
import { answerText, type LogsQuery, logsQuerySchema } from '../log-text.ts';
import { isAskedFor, type LabelQuery, ofProjectAndLabel } from '../of-project.ts';
import { type ServiceParams, serviceParams } from './params.ts';
import { serializeService } from './serialize.ts';

export function listRoute(server: Server, cluster: Cluster): void {
  server.route<LabelQuery>({
    method: 'GET',
    path: '/apiv1/services',
    options: { description: 'List the services', plugins: needs('read', 'service'), validate: ofProjectAndLabel },
    handler: async ({ query, app: { scope } }) => {
      return success((await listServices(cluster, isAskedFor(query, scope))).map(serializeService));
    },
  });
}

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/apiv1/service/{name}',
    options: {
      description: 'Show a service and its status',
      plugins: needs('read', 'service'),
      validate: serviceParams,
    },
    handler: async ({ params: { name } }) => success(serializeService(await showExplained(cluster, name))),
  });
}

/** The generations of a service, oldest first. */
export function generationsRoute(server: Server, cluster: Cluster): void {
  server.route<ServiceParams>({
    method: 'GET',
    path: '/apiv1/service/{name}/generations',
    options: {
      description: 'List the last 100 generations of a service',
      plugins: needs('read', 'service'),
      validate: serviceParams,
    },
    handler: async ({ params: { name } }) => success((await listGenerations(cluster, name)).map(serializeGeneration)),
  });
}

/**
 * `template`: the generation that introduced the image config. A scale keeps it; a rollback returns to an earlier one.
 */
function serializeGeneration({ generation, template, cause, createdAt, spec }: NumberedGeneration): Generation {
  return { generation, template, cause, created_at: createdAt, image: spec.image.name, replicas: spec.replicas };
}

/** The logs of all replicas, each line with its replica's name. */
export function logsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ServiceParams & { Query: LogsQuery }>({
    method: 'GET',
    path: '/apiv1/service/{name}/logs',
    options: {
      description: 'Read the logs of all replicas of a service',
      plugins: needs('logs', 'service'),
      validate: { ...serviceParams, query: logsQuerySchema },
    },
    handler: (request, h) => {
      const { params, query } = request;
      return answerText(request, h, stopping, (signal) =>
        readServiceLogs(cluster, params.name, {
          ...{ since: undefined, ...query, reader: readerOf(request) },
          ...{ signal, scope: request.app.scope, shownError: visibleError(request) },
        }),
      );
    },
  });
}
