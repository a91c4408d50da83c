import type { Plugin } from '@hapi/hapi';
import type { UsageSampler } from '../../../commands/stats/usage-sampler.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { allStatsRoute } from './of-all.ts';
import { containerStatsRoute } from './of-container.ts';

export const statsPlugin: Plugin<{ readonly cluster: Cluster; readonly sampler: UsageSampler }> = {
  name: 'apiv1-stats',
  register: (server, { cluster, sampler }) => {
    allStatsRoute(server, cluster, sampler);
    containerStatsRoute(server, cluster, sampler);
  },
};
