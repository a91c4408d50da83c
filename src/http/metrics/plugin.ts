import type { Plugin } from '@hapi/hapi';
import { collectDefaultMetrics } from 'prom-client';
import type { UsageSampler } from '../../commands/stats/usage-sampler.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { strictValidation } from '../validation.ts';
import { containerMetrics } from './container-metrics.ts';
import { type ServerFacts, serverRegistry } from './server-registry.ts';

interface MetricsOptions extends ServerFacts {
  readonly cluster: Cluster;
  readonly sampler: UsageSampler;
}

/** Metrics for Prometheus: of the server and the cluster from memory, of containers from their engines. */
export const metricsPlugin: Plugin<MetricsOptions> = {
  name: 'metrics',
  register: (server, { cluster, sampler, ...facts }) => {
    const registry = serverRegistry(server, cluster, facts);
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
          // Registered at the first scrape: from then on Node measures its event loop, which unmonitored servers do not
          // need.
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
        handler: async ({ app: { scope } }, h) => {
          if (scope) {
            const own = await containerMetrics(cluster, sampler, scope);
            return h.response(await own.metrics()).type(own.contentType);
          }
          // Concurrent requests share one result.
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
