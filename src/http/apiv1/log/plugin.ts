import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { mergedLogsRoute } from './list.ts';

export const logPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-log',
  register: (server, { cluster }) => mergedLogsRoute(server, cluster),
};
