import type { Plugin } from '@hapi/hapi';
import type { ServerVersion } from '../../api/version.ts';
import { summarizeCluster } from '../../commands/summarize-cluster.ts';
import { refreshEngines } from '../../engine-sync/refresh-engines.ts';
import { strategyNames } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { success } from '../envelope.ts';
import { forKnown, needs } from '../route-rules.ts';
import { type ConsistentQuery, consistentQuery } from './consistent.ts';

interface ClusterPluginOptions {
  readonly cluster: Cluster;
  /** The running configuration, without secrets. */
  readonly configuration: unknown;
  /** The server's version. */
  readonly version: string;
}

/** The cluster's summary and configuration. */
export const clusterPlugin: Plugin<ClusterPluginOptions> = {
  name: 'apiv1-cluster',
  register: (server, { cluster, configuration, version }) => {
    const { registry, settings } = cluster;
    const schedulers = [...registry.types].map(([name, parts]) => ({
      name,
      checks: [...new Set([...parts, ...registry.defaultPlugins])].map(({ description }) => description),
    }));
    server.route<ConsistentQuery>({
      method: 'GET',
      path: '/apiv1/cluster',
      options: {
        description: 'Show totals of all engines, and warnings',
        plugins: needs('read', 'cluster'),
        validate: consistentQuery,
      },
      handler: async ({ query }) => {
        if (query.consistent) await refreshEngines(cluster);
        return success(summarizeCluster(cluster));
      },
    });
    const versions: ServerVersion = { version, node: process.versions.node };
    server.route([
      {
        method: 'GET',
        path: '/apiv1/version',
        options: { description: 'Show the version of the server', plugins: forKnown },
        handler: () => success(versions),
      },
      {
        method: 'GET',
        path: '/apiv1/config',
        options: { description: 'Show the running configuration, without secrets', plugins: needs('read', 'cluster') },
        handler: () => success(configuration),
      },
      {
        method: 'GET',
        path: '/apiv1/schedulers',
        options: { description: 'List schedulers, types and strategies', plugins: needs('read', 'cluster') },
        handler: () => success({ schedulers, strategies: strategyNames, default_strategy: settings.strategy }),
      },
    ]);
  },
};
