import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { AccessControl } from '../../../access/access-control.ts';
import { anyone } from '../../../access/principal.ts';
import type { CanI } from '../../../api/account.ts';
import { type Noun, nouns, type Verb, verbs } from '../../../model/access.ts';
import { hasProject } from '../../../model/scope.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { forKnown } from '../../route-rules.ts';
import { idSchema, strictValidation } from '../../validation.ts';
import { serializeScope } from './scope.ts';

const query = Joi.object({
  verb: Joi.string()
    .valid(...verbs)
    .required(),
  noun: Joi.string()
    .valid(...nouns)
    .required(),
  project: idSchema,
});

/** Whether the caller has a permission, without trying the operation. */
export function canIRoute(server: Server, { cache, clock }: Cluster): void {
  const control = new AccessControl(cache, clock);
  server.route<{ Query: { readonly verb: Verb; readonly noun: Noun; readonly project?: string } }>({
    method: 'GET',
    path: '/apiv1/can-i',
    options: {
      description: 'Check a permission of the caller, and show who the caller is',
      plugins: forKnown,
      validate: { ...strictValidation, query },
    },
    handler: ({ app: { principal = anyone }, query: { verb, noun, project } }) => {
      const { name: who, role } = principal;
      const scope = control.scopeOf(principal);
      const isWithin = project === undefined || hasProject(scope, project);
      const allowed = isWithin && control.may(principal, verb, noun);
      const answer: CanI = { allowed, verb, noun, who, role, ...serializeScope(scope) };
      return success(answer);
    },
  });
}
