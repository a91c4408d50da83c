import { randomUUID } from 'node:crypto';
import { AccessControl } from '../../access/access-control.ts';
import { hashPassword, isPassword } from '../../access/password.ts';
import type { Principal } from '../../access/principal.ts';
import { isBuiltInRole } from '../../model/access.ts';
import { type AccountRecord, maxAccounts } from '../../model/account.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseBeyond, refuseOutliving } from './refuse-beyond.ts';
import { refuseUnknownScope, writeScoped } from './scoped-records.ts';
import { createToken, type MadeToken } from './tokens.ts';

export interface NamedAccount extends Omit<AccountRecord, 'password'> {
  readonly name: string;
}

interface NewAccount {
  readonly name: string;
  readonly role: string;
  readonly password: string;
  /** Absent: no scope, so everything. */
  readonly scope?: Scope | undefined;
}

type Accounts = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

/** Throws `account_exists`, `no_such_role`, `no_such_project`, `forbidden`, `invalid`. */
export async function createAccount(
  cluster: Accounts,
  { name, role, scope, password }: NewAccount,
  by: Principal,
): Promise<NamedAccount> {
  const { cache, clock, logger } = cluster;
  if (!isBuiltInRole(role) && !cache.roles.get(role))
    throw new SatsumaError('no_such_role', `there is no role ${role}: see "satsuma role ls"`);
  const control = new AccessControl(cache, clock);
  refuseBeyond(control, by, role, scope);
  refuseOutliving(control, by, 'make an account');
  refuseUnknownScope(cluster, scope);
  if (cache.accounts.all().length >= maxAccounts) {
    throw new SatsumaError('invalid', `there are ${maxAccounts} accounts already: remove one first`);
  }
  const createdAt = new Date(clock.now()).toISOString();
  const who = { id: randomUUID(), role, createdAt, createdBy: by.name, ...(scope && { scope }) };
  const value: AccountRecord = { ...who, password: await hashPassword(password) };
  const written = await writeScoped(cluster, { kind: 'account', id: name, value, ifVersion: 0 });
  if (!written.ok) throw new SatsumaError('account_exists', `there is an account ${name} already: remove it first`);
  cache.apply({ kind: 'account', id: name, version: written.version, value });
  logger.info({ account: name, role, by: by.name }, 'account created');
  return { ...who, name };
}

/** Sorted by name. */
export async function listAccounts({ store }: Pick<Cluster, 'store'>): Promise<NamedAccount[]> {
  return (await store.list('account')).map(({ id: name, value: { password: _, ...who } }) => ({ ...who, name }));
}

/**
 * Creates a token for the correct password of an account. The token ends with the account. Throws `unauthenticated`.
 */
export async function logIn(
  cluster: Accounts,
  {
    account,
    password,
    expiresInMs,
  }: { readonly account: string; readonly password: string; readonly expiresInMs: number },
): Promise<MadeToken> {
  const known = (await cluster.store.read('account', account))?.value;
  if (!(await isPassword(password, known?.password)) || !known) {
    cluster.logger.warn('a login failed');
    throw new SatsumaError('unauthenticated', 'wrong account name or password');
  }
  const by = { name: account, role: known.role, account: { name: account, id: known.id } };
  const name = `${account}-${randomUUID().slice(0, 8)}`;
  return await createToken(cluster, { name, role: known.role, expiresInMs, isLogin: true }, by);
}
