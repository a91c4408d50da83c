import { AccessControl } from '../../access/access-control.ts';
import type { Principal } from '../../access/principal.ts';
import { SatsumaError } from '../../model/errors.ts';
import { maxPolicies, type Policy, type PolicyRecord } from '../../model/policy.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseUnderPolicy } from './refuse-beyond.ts';

export interface NamedPolicy extends PolicyRecord {
  readonly name: string;
}

type Accounts = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

/** Throws `policy_exists`, `forbidden`, `invalid`. */
export async function createPolicy(
  { store, cache, clock, logger }: Accounts,
  { name, rules }: Policy,
  by: Principal,
): Promise<NamedPolicy> {
  refuseUnderPolicy(new AccessControl(cache, clock), by, 'make a policy');
  if (cache.policies.all().length >= maxPolicies) {
    throw new SatsumaError('invalid', `there are ${maxPolicies} policies already: remove one first`);
  }
  const now = new Date(clock.now()).toISOString();
  const value: PolicyRecord = { rules, createdAt: now, updatedAt: now };
  const written = await store.write([{ kind: 'policy', id: name, value, ifVersion: 0 }]);
  if (!written.ok)
    throw new SatsumaError('policy_exists', `there is a policy ${name} already: an update (PUT) changes it`);
  cache.apply({ kind: 'policy', id: name, version: written.version, value });
  logger.info({ policy: name, by: by.name }, 'policy created');
  return { name, ...value };
}

/**
 * Running containers stay unchanged; the new rules apply to what is created from now on. Throws `no_such_policy`,
 * `forbidden`.
 */
export async function replacePolicy(
  { store, cache, clock, logger }: Accounts,
  { name, rules }: Policy,
  by: Principal,
): Promise<NamedPolicy> {
  refuseUnderPolicy(new AccessControl(cache, clock), by, 'change a policy');
  const found = await store.read('policy', name);
  if (!found) throw noPolicy(name);
  const value: PolicyRecord = { ...found.value, rules, updatedAt: new Date(clock.now()).toISOString() };
  const written = await store.write([{ kind: 'policy', id: name, value, ifVersion: found.version }]);
  if (!written.ok) throw noPolicy(name);
  cache.apply({ kind: 'policy', id: name, version: written.version, value });
  logger.info({ policy: name, by: by.name }, 'policy changed');
  return { name, ...value };
}

/** Sorted by name. */
export async function listPolicies({ store }: Pick<Cluster, 'store'>): Promise<NamedPolicy[]> {
  return (await store.list('policy')).map(({ id, value }) => ({ name: id, ...value }));
}

/** Throws `no_such_policy`. */
export async function readPolicy({ store }: Pick<Cluster, 'store'>, name: string): Promise<NamedPolicy> {
  const found = await store.read('policy', name);
  if (!found) throw noPolicy(name);
  return { name, ...found.value };
}

/** Throws `no_such_policy`, `forbidden`; `policy_in_use` while a role, service or job uses it. */
export async function removePolicy(
  { store, cache, clock, logger }: Accounts,
  name: string,
  by: Principal,
): Promise<void> {
  refuseUnderPolicy(new AccessControl(cache, clock), by, 'remove a policy');
  const found = await store.read('policy', name);
  if (!found) throw noPolicy(name);
  const user = await userOf({ store }, name);
  if (user) throw new SatsumaError('policy_in_use', `the ${user} has the policy ${name}: remove it first`);
  const written = await store.write([{ kind: 'policy', id: name, ifVersion: found.version }]);
  if (!written.ok) throw noPolicy(name);
  cache.apply({ kind: 'policy', id: name, version: written.version });
  logger.info({ policy: name, by: by.name }, 'policy removed');
}

async function userOf({ store }: Pick<Cluster, 'store'>, name: string): Promise<string | undefined> {
  const role = (await store.list('role')).find(({ value }) => value.policy === name);
  if (role) return `role ${role.id}`;
  const service = (await store.list('service')).find(({ value }) => value.spec.image.policy === name);
  if (service) return `service ${service.id}`;
  const job = (await store.list('job')).find(({ value }) => value.spec.image.policy === name);
  return job && `job ${job.id}`;
}

function noPolicy(name: string): SatsumaError {
  return new SatsumaError('no_such_policy', `there is no policy ${name}`);
}
