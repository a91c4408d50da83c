import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { exportContainer } from '../../../commands/containers/export-container.ts';
import { inspectContainer, inspectDocument } from '../../../commands/containers/inspect-container.ts';
import { listChanges } from '../../../commands/containers/list-changes.ts';
import { listProcesses } from '../../../commands/containers/list-processes.ts';
import { readLogs } from '../../../commands/containers/read-logs.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { readerOf } from '../../reader-of.ts';
import { needs } from '../../route-rules.ts';
import { serializeInspectedContainer } from '../../serialize.ts';
import { answerTar } from '../../tar-answer.ts';
import { untilStop } from '../../until-stop.ts';
import { type ConsistentQuery, consistentQuery } from '../consistent.ts';
import { answerText, type OneLogQuery, oneLogQuerySchema } from '../log-text.ts';
import { type ContainerParams, containerParams } from './params.ts';

export function showRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & ConsistentQuery>({
    method: 'GET',
    path: '/apiv1/container/{container}',
    options: {
      description: 'Show a container and its placement',
      plugins: needs('read', 'container'),
      validate: { ...containerParams, ...consistentQuery },
    },
    handler: async ({ params, query }) =>
      success(serializeInspectedContainer(await inspectContainer(cluster, params.container, query))),
  });
}

/** Docker's own inspect document, with the fields that Satsuma's answers lack. */
export function inspectRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container}/inspect',
    options: {
      description: "Show Docker's inspect document of a container",
      plugins: needs('reveal', 'container'),
      validate: containerParams,
    },
    handler: async ({ params }) => success(await inspectDocument(cluster, params.container)),
  });
}

export function logsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams & { Query: OneLogQuery }>({
    method: 'GET',
    path: '/apiv1/container/{container}/logs',
    options: {
      description: 'Read the logs of a container',
      plugins: needs('logs', 'container'),
      validate: { ...containerParams, query: oneLogQuerySchema },
    },
    handler: (request, h) => {
      const { params, query } = request;
      return answerText(request, h, stopping, (signal) =>
        readLogs(cluster, params.container, { since: undefined, ...query, reader: readerOf(request), signal }),
      );
    },
  });
}

/** Arguments of `ps`: options and columns, without shell metacharacters. */
const psArgs = Joi.string()
  .max(256)
  .pattern(/^[\w ,=+-]*$/);

export function topRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams & { Query: { readonly ps_args?: string } }>({
    method: 'GET',
    path: '/apiv1/container/{container}/top',
    options: {
      description: 'List the processes of a container',
      plugins: needs('reveal', 'container'),
      validate: { ...containerParams, query: Joi.object({ ps_args: psArgs }) },
    },
    handler: async ({ params, query }) => success(await listProcesses(cluster, params.container, query.ps_args)),
  });
}

export function diffRoute(server: Server, cluster: Cluster): void {
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container}/diff',
    options: {
      description: 'List the changed files of a container',
      plugins: needs('read', 'container'),
      validate: containerParams,
    },
    handler: async ({ params }) => success(await listChanges(cluster, params.container)),
  });
}

export function exportRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ContainerParams>({
    method: 'GET',
    path: '/apiv1/container/{container}/export',
    options: {
      description: 'Read all files of a container as a tar archive',
      plugins: needs('export', 'container'),
      validate: containerParams,
    },
    handler: (request, h) =>
      answerTar(request, h, stopping, (signal) => exportContainer(cluster, request.params.container, signal)),
  });
}
