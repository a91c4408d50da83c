import type { Server } from '@hapi/hapi';
import { Registry } from 'prom-client';
import type { Cluster } from '../../state/cluster.ts';
import { defineCertificateMetrics } from './certificate-metrics.ts';
import { defineClusterMetrics } from './cluster-metrics.ts';
import { countRequests } from './request-metrics.ts';
import { defineTimingMetrics } from './timing-metrics.ts';

export interface ServerFacts {
  readonly version: string;
  /** The certificate of the API, in PEM. */
  readonly certificate: () => string | undefined;
}

/** All of Satsuma's own metrics of a server. */
export function serverRegistry(server: Server, cluster: Cluster, { version, certificate }: ServerFacts): Registry {
  const registry = new Registry();
  defineClusterMetrics(registry, cluster, version);
  defineCertificateMetrics(registry, cluster, certificate);
  defineTimingMetrics(registry, cluster);
  countRequests(registry, server);
  return registry;
}
