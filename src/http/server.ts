import type { Server } from '@hapi/hapi';
import { UsageSampler } from '../commands/stats/usage-sampler.ts';
import type { OidcSettings } from '../model/oidc.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Gate } from './access-guard.ts';
import { accountPlugin } from './apiv1/account/plugin.ts';
import { auditPlugin } from './apiv1/audit/plugin.ts';
import { backupPlugin } from './apiv1/backup/plugin.ts';
import { catalogPlugin } from './apiv1/catalog/plugin.ts';
import { certificatePlugin } from './apiv1/certificate/plugin.ts';
import { clusterPlugin } from './apiv1/cluster-plugin.ts';
import { containerPlugin } from './apiv1/container/plugin.ts';
import { deploymentPlugin } from './apiv1/deployment/plugin.ts';
import { doctorPlugin } from './apiv1/doctor/plugin.ts';
import { domainPlugin } from './apiv1/domain/plugin.ts';
import { routerPlugin } from './apiv1/domain/router-plugin.ts';
import { enginePlugin } from './apiv1/engine/plugin.ts';
import { engineImagePlugin } from './apiv1/engine-image/plugin.ts';
import { eventPlugin } from './apiv1/event/plugin.ts';
import { imagePlugin } from './apiv1/image/plugin.ts';
import { jobPlugin } from './apiv1/job/plugin.ts';
import { logPlugin } from './apiv1/log/plugin.ts';
import { meshPlugin } from './apiv1/mesh/plugin.ts';
import { networkPlugin } from './apiv1/network/plugin.ts';
import { policyPlugin } from './apiv1/policy/plugin.ts';
import { projectPlugin } from './apiv1/project/plugin.ts';
import { rebalancePlugin } from './apiv1/rebalance/plugin.ts';
import { registryPlugin } from './apiv1/registry/plugin.ts';
import { routesPlugin } from './apiv1/routes-plugin.ts';
import { secretPlugin } from './apiv1/secret/plugin.ts';
import { servicePlugin } from './apiv1/service/plugin.ts';
import { statsPlugin } from './apiv1/stats/plugin.ts';
import { translatePlugin } from './apiv1/translate/plugin.ts';
import { uploadPlugin } from './apiv1/upload/plugin.ts';
import { volumePlugin } from './apiv1/volume/plugin.ts';
import { webhookPlugin } from './apiv1/webhook/plugin.ts';
import { envelopeErrors } from './envelope.ts';
import { healthPlugin } from './health-plugin.ts';
import { createListener, type ListenerOptions } from './listener.ts';
import { metricsPlugin } from './metrics/plugin.ts';
import { openApiPlugin } from './openapi/plugin.ts';
import { explainUnreadable } from './refuse-connection.ts';
import { uiPlugin } from './ui/plugin.ts';
import { acceptWebSockets } from './web-sockets.ts';

interface ServerOptions extends Pick<ListenerOptions, 'host' | 'port' | 'allowedHosts' | 'tls'> {
  readonly cluster: Cluster;
  /** Default: open. */
  readonly gate?: Gate;
  /** The answer of GET /apiv1/config. */
  readonly configuration: unknown;
  readonly version?: string;
  /** Providers whose ID tokens are accepted. Absent: none. */
  readonly oidc?: readonly OidcSettings[] | undefined;
  /** Settings that disable a protection. */
  readonly warnings?: readonly string[];
  /** The current certificate, in PEM. Absent: that of `tls`. */
  readonly certificate?: () => string | undefined;
}

/** Creates the server of Satsuma's own API, without starting it. */
export async function createServer({
  cluster,
  gate = 'open',
  configuration,
  version = 'unknown',
  oidc,
  warnings = [],
  certificate = () => where.tls?.cert,
  ...where
}: ServerOptions): Promise<Server> {
  // Shared by all readers, so that engines are asked once.
  const sampler = new UsageSampler(cluster);
  const facts = { version, node: process.versions.node, warnings, certificate };
  const server = await createListener({ ...where, cluster, gate, answerErrors: envelopeErrors(cluster.logger) });
  await server.register([
    { plugin: healthPlugin, options: { cluster } },
    { plugin: clusterPlugin, options: { cluster, configuration, version } },
    { plugin: doctorPlugin, options: { cluster, facts } },
    { plugin: certificatePlugin, options: { cluster } },
    { plugin: enginePlugin, options: { cluster } },
    { plugin: containerPlugin, options: { cluster } },
    { plugin: statsPlugin, options: { cluster, sampler } },
    { plugin: metricsPlugin, options: { cluster, sampler, version, certificate } },
    { plugin: eventPlugin, options: { cluster } },
    { plugin: logPlugin, options: { cluster } },
    { plugin: imagePlugin, options: { cluster } },
    { plugin: engineImagePlugin, options: { cluster } },
    { plugin: registryPlugin, options: { cluster } },
    { plugin: secretPlugin, options: { cluster } },
    { plugin: uploadPlugin, options: { cluster } },
    { plugin: volumePlugin, options: { cluster } },
    { plugin: networkPlugin, options: { cluster } },
    { plugin: servicePlugin, options: { cluster } },
    { plugin: deploymentPlugin, options: { cluster } },
    { plugin: rebalancePlugin, options: { cluster } },
    { plugin: jobPlugin, options: { cluster } },
    { plugin: catalogPlugin, options: { cluster } },
    { plugin: webhookPlugin, options: { cluster } },
    { plugin: backupPlugin, options: { cluster, version } },
    { plugin: auditPlugin, options: { cluster } },
    { plugin: accountPlugin, options: { cluster, oidc } },
    { plugin: policyPlugin, options: { cluster } },
    { plugin: meshPlugin, options: { cluster } },
    { plugin: domainPlugin, options: { cluster } },
    { plugin: routerPlugin, options: { cluster } },
    { plugin: projectPlugin, options: { cluster } },
    { plugin: translatePlugin, options: { cluster } },
    { plugin: routesPlugin },
    { plugin: openApiPlugin },
    { plugin: uiPlugin },
  ]);
  acceptWebSockets(server);
  explainUnreadable(server);
  return server;
}
