import type { Plugin } from '@hapi/hapi';
import { diagnose, type ServerFacts } from '../../../commands/doctor/diagnose.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { strictValidation } from '../../validation.ts';

interface DoctorPluginOptions {
  readonly cluster: Cluster;
  readonly facts: ServerFacts;
}

export const doctorPlugin: Plugin<DoctorPluginOptions> = {
  name: 'apiv1-doctor',
  register: (server, { cluster, facts }) => {
    server.route({
      method: 'GET',
      path: '/apiv1/doctor',
      options: {
        description: 'Examine the server, its store, certificates, clocks and engines',
        plugins: needs('read', 'cluster'),
        validate: strictValidation,
      },
      handler: async () => success(await diagnose(cluster, facts)),
    });
  },
};
