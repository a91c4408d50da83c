import type { Request, Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../access/principal.ts';
import { createAccount, listAccounts, logIn } from '../../commands/accounts/accounts.ts';
import { changePassword } from '../../commands/accounts/change-password.ts';
import { removeCredential } from '../../commands/accounts/remove-credential.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requirePermission } from '../access-guard.ts';
import { passwordSchema } from '../password.ts';
import { forAnyone, forKnown, needs } from '../route-rules.ts';
import { idSchema, jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

export const wrongPassword = 'invalid username/password';

/** Clients keep a token until the next login. */
const tokenMs = 30 * 24 * 60 * 60 * 1000;

const credentials = Joi.object<{ readonly username: string; readonly password: string }>({
  username: Joi.string().max(128).required(),
  password: Joi.string().max(1024).required(),
}).required();

const newAccount = Joi.object<{
  readonly username: string;
  readonly password: string;
  readonly role?: { readonly name: string };
}>({
  username: idSchema.max(100).required(),
  password: passwordSchema.required(),
  role: Joi.object({ id: Joi.any(), name: idSchema.required() }),
})
  .unknown()
  .required();

const newPassword = Joi.object<{ readonly password: string }>({ password: passwordSchema.required() })
  .unknown()
  .required();
const someAccount = Joi.object<{ readonly username: string }>({ username: idSchema.required() }).unknown().required();

export function accountRoutes(server: Server, cluster: Cluster): void {
  loginRoutes(server, cluster);
  server.route({
    method: 'GET',
    path: '/api/accounts',
    options: { plugins: needs('read', 'account') },
    handler: async () => {
      const accounts = await listAccounts(cluster);
      return accounts.map(({ id, name, role }) => ({ id, username: name, role: { id: role, name: role } }));
    },
  });
  server.route({
    method: 'POST',
    path: '/api/accounts',
    options: { plugins: needs('create', 'account'), payload: jsonPayload },
    handler: async (request, h) => {
      const { principal = anyone } = request.app;
      const { username: name, password, role } = received(newAccount, fieldsOf(request.payload));
      const account = { name, password, role: role?.name ?? 'user' };
      await createAccount(cluster, account, principal).catch(async (error: unknown) => {
        if (!isSatsumaError(error, 'account_exists')) throw error;
        await saveAgain(cluster, request, { name, password, role: role?.name });
      });
      return h.response().code(204);
    },
  });
  server.route({
    method: 'DELETE',
    path: '/api/accounts',
    options: { plugins: needs('remove', 'account'), payload: jsonPayload },
    handler: async ({ app: { principal = anyone }, payload }, h) => {
      await removeCredential(
        cluster,
        { kind: 'account', name: received(someAccount, fieldsOf(payload)).username },
        principal,
      );
      return h.response().code(204);
    },
  });
}

/** Saving an existing account changes its password; its role cannot be changed. */
async function saveAgain(
  cluster: Cluster,
  request: Pick<Request, 'app'>,
  { name, password, role }: { readonly name: string; readonly password: string; readonly role: string | undefined },
): Promise<void> {
  requirePermission(cluster, request, { verb: 'update', noun: 'account' });
  const has = (await cluster.store.read('account', name))?.value.role;
  if (has !== undefined && role !== undefined && has !== role) {
    const advice = `to change it, remove the account and make it again with the role ${role}`;
    throw new SatsumaError('account_exists', `there is an account ${name} with the role ${has}: ${advice}`);
  }
  await changePassword(cluster, name, { password }, request.app.principal ?? anyone);
}

function loginRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'POST',
    path: '/auth/login',
    options: { plugins: forAnyone, payload: jsonPayload },
    handler: async ({ app, headers, info, payload }, h) => {
      const { username: account, password } = received(credentials, fieldsOf(payload));
      app.asked = { verb: 'create', noun: 'token' };
      const { token, record } = await cluster.logins
        .run({ address: info.remoteAddress, account }, () =>
          logIn(cluster, { account, password, expiresInMs: tokenMs }),
        )
        .catch((error: unknown) => {
          if (!isSatsumaError(error, 'unauthenticated')) throw error;
          throw new SatsumaError('forbidden', wrongPassword, { cause: error });
        });
      app.principal = { name: account, role: record.role };
      const answer = { auth_token: token, user_agent: headers['user-agent'] ?? '' };
      return h.response(answer).header('cache-control', 'no-store');
    },
  });
  server.route({
    method: 'POST',
    path: '/account/changepassword',
    options: { plugins: forKnown, payload: jsonPayload },
    handler: async ({ app, headers, payload }, h) => {
      const { principal = anyone } = app;
      app.asked = { verb: 'update', noun: 'account' };
      const { password } = received(newPassword, fieldsOf(payload));
      // The password is that of the account that created the key.
      if (!principal.account || headers['x-service-key'])
        throw new SatsumaError('invalid', 'a service key has no password');
      await changePassword(cluster, principal.account.name, { password }, principal);
      return h.response().code(200);
    },
  });
}
