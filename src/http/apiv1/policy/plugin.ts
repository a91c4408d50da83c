import type { Plugin } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../../access/principal.ts';
import type { NewPolicyBody, Policy, PolicyCheck } from '../../../api/policy.ts';
import {
  createPolicy,
  listPolicies,
  type NamedPolicy,
  readPolicy,
  removePolicy,
  replacePolicy,
} from '../../../commands/accounts/policies.ts';
import { resolveImage } from '../../../commands/images/find-image.ts';
import type { ImageRequest } from '../../../model/saved-image.ts';
import type { Scope } from '../../../model/scope.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { success } from '../../envelope.ts';
import { imageRequestSchema } from '../../image-schema.ts';
import { policyRulesSchema } from '../../policy-schema.ts';
import { needs } from '../../route-rules.ts';
import { idSchema, jsonPayload, strictValidation } from '../../validation.ts';

const payload = Joi.object<NewPolicyBody>({ name: idSchema.required(), rules: policyRulesSchema }).required();
const changed = Joi.object({ rules: policyRulesSchema }).required();
const ofOne = { ...strictValidation, params: Joi.object({ name: idSchema }) };
const path = '/apiv1/policy/{name}';

interface OneRoute {
  readonly Params: { readonly name: string };
}

/** Policies limit the options of containers. */
export const policyPlugin: Plugin<{ readonly cluster: Cluster }> = {
  name: 'apiv1-policy',
  register: (server, { cluster }) => {
    server.route<{ Payload: NewPolicyBody }>({
      method: 'POST',
      path: '/apiv1/policy',
      options: {
        description: 'Create a policy',
        plugins: needs('create', 'policy'),
        payload: jsonPayload,
        validate: { ...strictValidation, payload },
      },
      handler: async ({ app: { principal = anyone }, payload: policy }, h) =>
        h.response(success(serialize(await createPolicy(cluster, policy, principal)))).code(201),
    });
    server.route({
      method: 'GET',
      path: '/apiv1/policies',
      options: { description: 'List the policies', plugins: needs('read', 'policy'), validate: strictValidation },
      handler: async () => success((await listPolicies(cluster)).map(serialize)),
    });
    server.route<OneRoute>({
      method: 'GET',
      path,
      options: { description: 'Show a policy', plugins: needs('read', 'policy'), validate: ofOne },
      handler: async ({ params: { name } }) => success(serialize(await readPolicy(cluster, name))),
    });
    server.route<OneRoute & { Payload: Pick<NewPolicyBody, 'rules'> }>({
      method: 'PUT',
      path,
      options: {
        description: 'Replace the rules of a policy',
        plugins: needs('update', 'policy'),
        payload: jsonPayload,
        validate: { ...ofOne, payload: changed },
      },
      handler: async ({ app: { principal = anyone }, params: { name }, payload: { rules } }) =>
        success(serialize(await replacePolicy(cluster, { name, rules }, principal))),
    });
    server.route<OneRoute>({
      method: 'DELETE',
      path,
      options: {
        description: 'Remove an unused policy',
        plugins: needs('remove', 'policy'),
        validate: ofOne,
      },
      handler: async ({ app: { principal = anyone }, params: { name } }, h) => {
        await removePolicy(cluster, name, principal);
        return h.response(success(`Policy ${name} removed`)).code(202);
      },
    });
    server.route<OneRoute & { Payload: ImageRequest }>({
      method: 'POST',
      path: `${path}/check`,
      options: {
        description: 'Check an image config against a policy',
        plugins: needs('read', 'policy'),
        payload: jsonPayload,
        validate: { ...ofOne, payload: imageRequestSchema },
      },
      handler: async ({ params: { name }, payload, app }) => success(await check(cluster, name, payload, app.scope)),
    });
  },
};

/** Facts that only engines know, such as the driver options of a volume, are checked when a container is created. */
async function check(
  cluster: Cluster,
  name: string,
  asked: ImageRequest,
  scope: Scope | undefined,
): Promise<PolicyCheck> {
  const { rules } = await readPolicy(cluster, name);
  const violations = cluster.pool.violations(rules, { image: await resolveImage(cluster, asked, scope) });
  return { policy: name, allowed: violations.length === 0, violations };
}

function serialize({ name, rules, createdAt, updatedAt }: NamedPolicy): Policy {
  return { name, rules, created_at: createdAt, updated_at: updatedAt };
}
