import type { Plugin } from '@hapi/hapi';
import type { Cluster } from '../../../state/cluster.ts';
import { accountRoutes } from './accounts.ts';
import { canIRoute } from './can-i.ts';
import { changePasswordRoute } from './change-password.ts';
import { loginRoute } from './login.ts';
import { roleRoutes } from './roles.ts';
import { tokenRoutes } from './tokens.ts';

/** Who may use the API, and what they may do. */
export const accountPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-account',
  register: (server, { cluster }) => {
    for (const routes of [accountRoutes, changePasswordRoute, loginRoute, tokenRoutes, roleRoutes, canIRoute])
      routes(server, cluster);
  },
};
