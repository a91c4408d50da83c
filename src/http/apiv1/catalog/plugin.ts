import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { httpSdRoute } from './http-sd.ts';
import { listRoute } from './list.ts';

export const catalogPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-catalog',
  register: (server, { cluster }) => {
    listRoute(server, cluster);
    httpSdRoute(server, cluster);
  },
};
