import type { Plugin } from '@hapi/hapi';
import type { OidcSettings } from '../../../model/oidc.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { accountRoutes } from './accounts.ts';
import { canIRoute } from './can-i.ts';
import { changePasswordRoute } from './change-password.ts';
import { idTokenLogin } from './id-token-login.ts';
import { loginRoutes } from './login.ts';
import { roleRoutes } from './roles.ts';
import { sessionRoutes } from './sessions.ts';
import { tokenRoutes } from './tokens.ts';

interface AccountPluginOptions {
  readonly cluster: Cluster;
  /** Absent: ID tokens are not accepted. */
  readonly oidc?: readonly OidcSettings[] | undefined;
}

/** Authentication, accounts, tokens and roles. */
export const accountPlugin: Plugin<AccountPluginOptions> = {
  name: 'apiv1-account',
  register: (server, { cluster, oidc = [] }) => {
    const login = { oidc, logInWithIdToken: idTokenLogin(cluster, oidc) };
    loginRoutes(server, cluster, login);
    sessionRoutes(server, cluster, login);
    for (const routes of [accountRoutes, changePasswordRoute, tokenRoutes, roleRoutes, canIRoute])
      routes(server, cluster);
  },
};
