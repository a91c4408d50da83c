import { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { builtInRoles, isBuiltInRole, maxRoles, type Role } from '../../model/access.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findPolicy } from '../../state/policies.ts';
import { refuseBeyond } from './refuse-beyond.ts';
import { refuseUnknownScope, writeScoped } from './scoped-records.ts';

export interface NamedRole extends Role {
  readonly name: string;
  /** Absent: it is built in. */
  readonly createdAt?: string;
}

type Accounts = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

/** Throws `role_exists`, `no_such_policy`, `no_such_project`, `forbidden`, `invalid`. */
export async function createRole(
  cluster: Accounts,
  { name, ...role }: Omit<NamedRole, 'createdAt'>,
  by: Principal,
): Promise<NamedRole> {
  const { cache, clock, logger } = cluster;
  if (isBuiltInRole(name)) throw new SatsumaError('role_exists', `the role ${name} is built in`);
  if (role.policy !== undefined) findPolicy({ cache }, role.policy);
  refuseBeyond(new AccessControl(cache, clock), by, role);
  refuseUnknownScope(cluster, role.scope);
  if (cache.roles.all().length >= maxRoles) {
    throw new SatsumaError('invalid', `there are ${maxRoles} roles already: remove one first`);
  }
  const value = { ...role, createdAt: new Date(clock.now()).toISOString() };
  const written = await writeScoped(cluster, { kind: 'role', id: name, value, ifVersion: 0 });
  if (!written.ok) throw new SatsumaError('role_exists', `there is a role ${name} already: remove it first`);
  cache.apply({ kind: 'role', id: name, version: written.version, value });
  logger.info({ role: name, by: by.name }, 'role created');
  return { name, ...value };
}

/** The built-in ones first, then the others by name. */
export async function listRoles({ store }: Pick<Cluster, 'store'>): Promise<NamedRole[]> {
  const builtIn = Object.entries(builtInRoles).map(([name, role]) => ({ name, ...role }));
  const own = (await store.list('role')).map(({ id, value }) => ({ name: id, ...value }));
  return [...builtIn, ...own];
}

/** Throws `no_such_role`; `role_in_use` while a token or an account has it. */
export async function removeRole({ store, cache, logger }: Accounts, name: string, by: Principal): Promise<void> {
  if (isBuiltInRole(name)) throw new SatsumaError('role_in_use', `the role ${name} is built in and cannot be removed`);
  const found = await store.read('role', name);
  if (!found) throw new SatsumaError('no_such_role', `there is no role ${name}`);
  const user = (await store.list('token')).find(({ value }) => value.role === name);
  if (user) throw new SatsumaError('role_in_use', `the token ${user.id} has the role ${name}: remove it first`);
  const owner = (await store.list('account')).find(({ value }) => value.role === name);
  if (owner) throw new SatsumaError('role_in_use', `the account ${owner.id} has the role ${name}: remove it first`);
  const written = await store.write([{ kind: 'role', id: name, ifVersion: found.version }]);
  if (!written.ok) throw new SatsumaError('no_such_role', `there is no role ${name}`);
  cache.apply({ kind: 'role', id: name, version: written.version });
  logger.info({ role: name, by: by.name }, 'role removed');
}
