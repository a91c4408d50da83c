import type { Server } from '@hapi/hapi';
import { readServiceLogs } from '../../../commands/services/read-service-logs.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { untilStop } from '../../until-stop.ts';
import { answerText, type LogsQuery, logsQuerySchema } from '../log-text.ts';
import { type ServiceParams, serviceParams } from './params.ts';

/** The logs of all replicas, each line behind its replica's name. */
export function logsRoute(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  server.route<ServiceParams & { Query: LogsQuery }>({
    method: 'GET',
    path: '/apiv1/service/{name}/logs',
    options: { validate: { ...serviceParams, query: logsQuerySchema } },
    handler: (request, h) => {
      const { params, query } = request;
      return answerText(request, h, stopping, (signal) =>
        readServiceLogs(cluster, params.name, { since: undefined, ...query, signal }),
      );
    },
  });
}
