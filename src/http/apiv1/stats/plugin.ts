import type { Plugin } from '@hapi/hapi';
import { UsageSampler } from '../../../commands/stats/usage-sampler.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { allStatsRoute } from './of-all.ts';
import { containerStatsRoute } from './of-container.ts';

export const statsPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-stats',
  register: (server, { cluster }) => {
    // One for all readers: they share what it asks.
    const sampler = new UsageSampler(cluster);
    allStatsRoute(server, cluster, sampler);
    containerStatsRoute(server, cluster, sampler);
  },
};
