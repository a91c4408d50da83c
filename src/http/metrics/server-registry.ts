import type { Server } from '@hapi/hapi';
import { Registry } from 'prom-client';
import type { Cluster } from '../../state/cluster.ts';
import { defineCertificateMetrics } from './certificate-metrics.ts';
import { defineClusterMetrics } from './cluster-metrics.ts';
import { countRequests } from './request-metrics.ts';
import { defineTimingMetrics } from './timing-metrics.ts';

export interface ServerFacts {
  readonly version: string;
  /** What the API is served with by now, in PEM. */
  readonly certificate: () => string | undefined;
}

/** Every metric of Satsuma's own that a server has. */
export function serverRegistry(server: Server, cluster: Cluster, { version, certificate }: ServerFacts): Registry {
  const registry = new Registry();
  defineClusterMetrics(registry, cluster, version);
  defineCertificateMetrics(registry, cluster, certificate);
  defineTimingMetrics(registry, cluster);
  countRequests(registry, server);
  return registry;
}
