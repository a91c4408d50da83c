import type { Plugin } from '@hapi/hapi';
import { listCertificates } from '../../../commands/doctor/list-certificates.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { needs } from '../../route-rules.ts';
import { strictValidation } from '../../validation.ts';

export const certificatePlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-certificate',
  register: (server, { cluster }) => {
    server.route({
      method: 'GET',
      path: '/apiv1/certificates',
      options: {
        description: 'Show the certificates of the servers and engines',
        plugins: needs('read', 'cluster'),
        validate: strictValidation,
      },
      handler: () => success(listCertificates(cluster)),
    });
  },
};
