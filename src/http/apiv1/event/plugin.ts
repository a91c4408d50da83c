import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { EventLog } from '../../../state/events/event-log.ts';
import { eventsRoute } from './list.ts';

export const eventPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-event',
  register: (server, { cluster }) => {
    const log = new EventLog(cluster);
    server.ext('onPreStop', () => log.close());
    eventsRoute(server, cluster, log);
  },
};
