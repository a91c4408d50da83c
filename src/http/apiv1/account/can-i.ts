import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { AccessControl } from '../../../access/access-control.ts';
import { anyone } from '../../../access/principal.ts';
import type { CanI } from '../../../api/account.ts';
import { type Noun, nouns, type Verb, verbs } from '../../../model/access.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { forKnown } from '../../route-rules.ts';
import { strictValidation } from '../../validation.ts';

const query = Joi.object({
  verb: Joi.string()
    .valid(...verbs)
    .required(),
  noun: Joi.string()
    .valid(...nouns)
    .required(),
});

/** Whether whoever asks may do it: asked in place of trying. */
export function canIRoute(server: Server, { cache, clock }: Cluster): void {
  const control = new AccessControl(cache, clock);
  server.route<{ Query: { readonly verb: Verb; readonly noun: Noun } }>({
    method: 'GET',
    path: '/apiv1/can-i',
    options: {
      description: 'Tell whether whoever asks may do something, and who that is',
      plugins: forKnown,
      validate: { ...strictValidation, query },
    },
    handler: ({ app: { principal = anyone }, query: { verb, noun } }) => {
      const { name: who, role } = principal;
      const answer: CanI = { allowed: control.may(principal, verb, noun), verb, noun, who, role };
      return success(answer);
    },
  });
}
