import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { LoginThrottle } from '../../../access/login-throttle.ts';
import type { LoginBody, NewToken } from '../../../api/account.ts';
import { logIn } from '../../../commands/accounts/accounts.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { passwordSchema } from '../../password.ts';
import { forAnyone } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';
import { serializeToken } from './tokens.ts';

const daySeconds = 86_400;

const payload = Joi.object<LoginBody>({
  account: idSchema.required(),
  password: passwordSchema.required(),
  expires_in: Joi.number()
    .integer()
    .min(1)
    .max(90 * daySeconds)
    .default(daySeconds),
}).required();

/** A token for a password. */
export function loginRoute(server: Server, cluster: Cluster): void {
  const throttle = new LoginThrottle(() => cluster.clock.steadyMs());
  server.route<{ Payload: LoginBody }>({
    method: 'POST',
    path: '/apiv1/login',
    options: {
      description: 'Exchange a password for a token',
      plugins: forAnyone,
      payload: jsonPayload,
      validate: { ...strictValidation, payload },
    },
    handler: async ({ app, info, payload: { account, password, expires_in: seconds = daySeconds } }, h) => {
      // For the record: a token is made for somebody who is known only now.
      app.asked = { verb: 'create', noun: 'token' };
      const { token, record } = await throttle.run({ address: info.remoteAddress, account }, () =>
        logIn(cluster, { account, password, expiresInMs: seconds * 1000 }),
      );
      app.principal = { name: account, role: record.role };
      const answer: NewToken = { ...serializeToken(record, cluster), token };
      return h.response(success(answer)).code(201).header('cache-control', 'no-store');
    },
  });
}
