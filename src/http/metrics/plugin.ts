import type { Plugin } from '@hapi/hapi';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { UsageSampler } from '../../commands/stats/usage-sampler.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { strictValidation } from '../validation.ts';
import { defineCertificateMetrics } from './certificate-metrics.ts';
import { defineClusterMetrics } from './cluster-metrics.ts';
import { containerMetrics } from './container-metrics.ts';
import { countRequests } from './request-metrics.ts';

export interface MetricsOptions {
  readonly cluster: Cluster;
  readonly sampler: UsageSampler;
  readonly version: string;
  /** What the API is served with by now, in PEM. */
  readonly certificate: () => string | undefined;
}

/** What Prometheus reads: of the server and the cluster from memory, and of containers from their engines. */
export const metricsPlugin: Plugin<MetricsOptions> = {
  name: 'metrics',
  register: (server, { cluster, sampler, version, certificate }) => {
    const registry = new Registry();
    defineClusterMetrics(registry, cluster, version);
    defineCertificateMetrics(registry, cluster, certificate);
    countRequests(registry, server);
    let hasProcess = false;
    let reading: ReturnType<typeof containerMetrics> | undefined;
    server.route([
      {
        method: 'GET',
        path: '/metrics',
        options: {
          description: 'Metrics of the server and the cluster for Prometheus',
          plugins: needs('read', 'metrics'),
          validate: strictValidation,
        },
        handler: async (_, h) => {
          // Node measures its event loop from then on, for those servers alone that somebody watches.
          if (!hasProcess) collectDefaultMetrics({ register: registry });
          hasProcess = true;
          return h.response(await registry.metrics()).type(registry.contentType);
        },
      },
      {
        method: 'GET',
        path: '/metrics/containers',
        options: {
          description: 'Metrics of the running containers for Prometheus',
          plugins: needs('read', 'metrics'),
          validate: strictValidation,
        },
        handler: async (_, h) => {
          // Who asks at the same moment gets the same.
          reading ??= containerMetrics(cluster, sampler).finally(() => {
            reading = undefined;
          });
          const found = await reading;
          return h.response(await found.metrics()).type(found.contentType);
        },
      },
    ]);
  },
};
