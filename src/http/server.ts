import { server as createHapi, type Server } from '@hapi/hapi';
import type { Cluster } from '../cluster/cluster.ts';
import { catalogPlugin } from './apiv1/catalog/plugin.ts';
import { clusterPlugin } from './apiv1/cluster-plugin.ts';
import { containerPlugin } from './apiv1/container/plugin.ts';
import { enginePlugin } from './apiv1/engine/plugin.ts';
import { imagePlugin } from './apiv1/image/plugin.ts';
import { jobPlugin } from './apiv1/job/plugin.ts';
import { rebalancePlugin } from './apiv1/rebalance/plugin.ts';
import { servicePlugin } from './apiv1/service/plugin.ts';
import { envelopeErrors } from './envelope.ts';
import { healthPlugin } from './health-plugin.ts';
import { requestLogPlugin } from './request-log.ts';
import { refuseOtherSites } from './same-origin.ts';

export interface ServerOptions {
  /** Left out: all interfaces. */
  readonly host?: string | undefined;
  readonly port: number;
  readonly loopbackOnly: boolean;
  readonly cluster: Cluster;
  /** What GET /apiv1/config shows. */
  readonly configuration: unknown;
}

/** The HTTP server with every door, not yet started. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { host, port, loopbackOnly, cluster, configuration } = options;
  // Failures are logged once, by envelopeErrors.
  const server = createHapi({ port, ...(host === undefined ? {} : { host }), debug: false });
  server.ext('onRequest', refuseOtherSites({ loopbackOnly }));
  server.ext('onPreResponse', envelopeErrors(cluster.logger));
  await server.register([
    { plugin: requestLogPlugin, options: { logger: cluster.logger } },
    { plugin: healthPlugin, options: { cluster } },
    { plugin: clusterPlugin, options: { cluster, configuration } },
    { plugin: enginePlugin, options: { cluster } },
    { plugin: containerPlugin, options: { cluster } },
    { plugin: imagePlugin, options: { cluster } },
    { plugin: servicePlugin, options: { cluster } },
    { plugin: rebalancePlugin, options: { cluster } },
    { plugin: jobPlugin, options: { cluster } },
    { plugin: catalogPlugin, options: { cluster } },
  ]);
  return server;
}
