import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { anyone } from '../../access/principal.ts';
import { createRole, listRoles, removeRole } from '../../commands/accounts/roles.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { shipyardUser } from '../../model/shipyard.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { idSchema, jsonPayload } from '../validation.ts';
import { fieldsOf, received } from './received.ts';

/** Shipyard's roles are only names: apart from `admin` and `user`, they get a minimal permission. */
const nextToNothing = [{ verbs: ['read'], nouns: ['cluster'] }] as const;

const newRole = Joi.object<{ readonly name: string }>({ name: idSchema.required() }).unknown().required();
const someRole = Joi.object<{ readonly id?: string; readonly name?: string }>({ id: idSchema, name: idSchema })
  .or('id', 'name')
  .required();

const shown = ({ name }: { readonly name: string }) => ({ id: name, name });

export function roleRoutes(server: Server, cluster: Cluster): void {
  server.route({
    method: 'GET',
    path: '/api/roles',
    options: { plugins: needs('read', 'role') },
    handler: async () => (await listRoles(cluster)).map(shown),
  });
  server.route<{ Params: { readonly name: string } }>({
    method: 'GET',
    path: '/api/roles/{name}',
    options: { plugins: needs('read', 'role') },
    handler: async ({ params: { name } }) => {
      const found = (await listRoles(cluster)).find((each) => each.name === name);
      if (found) return shown(found);
      throw new SatsumaError('no_such_role', 'role does not exist');
    },
  });
  server.route({
    method: 'POST',
    path: '/api/roles',
    options: { plugins: needs('create', 'role'), payload: jsonPayload },
    handler: async ({ app: { principal = anyone }, payload }, h) => {
      const { name } = received(newRole, fieldsOf(payload));
      await createRole(cluster, { name, rules: nextToNothing }, principal);
      return h.response().code(204);
    },
  });
  server.route({
    method: 'DELETE',
    path: '/api/roles',
    options: { plugins: needs('remove', 'role'), payload: jsonPayload },
    handler: async ({ app: { principal = anyone }, payload }, h) => {
      const { id, name = id } = received(someRole, fieldsOf(payload));
      await removeRole(cluster, String(name), principal);
      return h.response().code(200);
    },
  });
}

/**
 * Creates the role of accounts that are not admins. It cannot register engines, because engines receive environments
 * and registry passwords. Another server may create the role at the same moment.
 */
export async function createUserRole(cluster: Cluster): Promise<void> {
  await createRole(cluster, shipyardUser, { name: 'start', role: 'admin' }).catch((error: unknown) => {
    if (!isSatsumaError(error, 'role_exists')) throw error;
  });
}
