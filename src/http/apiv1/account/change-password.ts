import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { NewPasswordBody } from '../../../api/account.ts';
import { changePassword } from '../../../commands/accounts/change-password.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { requirePermission } from '../../access-guard.ts';
import { success } from '../../envelope.ts';
import { passwordSchema } from '../../password.ts';
import { decidedByBody } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';

const payload = Joi.object<NewPasswordBody>({
  password: passwordSchema.required(),
  old_password: passwordSchema,
}).required();

/** A user's own password needs the old one; other passwords need the permission to change accounts. */
export function changePasswordRoute(server: Server, cluster: Cluster): void {
  server.route<{ Params: { readonly name: string }; Payload: NewPasswordBody }>({
    method: 'POST',
    path: '/apiv1/account/{name}/password',
    options: {
      description: 'Change the password of an account',
      plugins: decidedByBody,
      payload: jsonPayload,
      validate: { ...strictValidation, params: Joi.object({ name: idSchema }), payload },
    },
    handler: async (request) => {
      const { app, info, params, payload: body } = request;
      const { principal = anyone } = app;
      const { name } = params;
      const { password, old_password: oldPassword } = body;
      const isOwn = principal.account?.name === name;
      app.asked = { verb: 'update', noun: 'account' };
      if (!isOwn) requirePermission(cluster, request, { verb: 'update', noun: 'account' });
      if (isOwn && oldPassword === undefined) {
        throw new SatsumaError('invalid', '"old_password" is required to change your own password');
      }
      const change = () => changePassword(cluster, name, { password, oldPassword }, principal);
      // Rate-limited, so that a stolen token cannot be used to guess the password.
      if (oldPassword === undefined) await change();
      else await cluster.logins.run({ address: info.remoteAddress, account: name }, change);
      return success(`Password of account ${name} changed`);
    },
  });
}
