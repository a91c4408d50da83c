import { AccessControl } from '../../access/access-control.ts';
import { hashPassword, isPassword } from '../../access/password.ts';
import type { Principal } from '../../access/principal.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseBeyond, refuseOutliving } from './refuse-beyond.ts';

interface NewPassword {
  readonly password: string;
  /** Absent: not given. A caller with enough permissions does not need it. */
  readonly oldPassword?: string | undefined;
}

/**
 * Existing tokens of the account stay valid. Setting a password gives control of the account, so the caller must have
 * all permissions of its role, and at least its scope. For the caller's own account the old password is enough. Throws
 * `no_such_account`, `forbidden`, and `unauthenticated` for a wrong old password.
 */
export async function changePassword(
  { store, cache, clock, logger }: Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>,
  name: string,
  { password, oldPassword }: NewPassword,
  by: Principal,
): Promise<void> {
  const found = await store.read('account', name);
  if (!found) throw noAccount(name);
  const { value: account, version: ifVersion } = found;
  const isOwn = by.account?.id === account.id;
  if (!isOwn || oldPassword === undefined) {
    const control = new AccessControl(cache, clock);
    refuseBeyond(control, by, account.role, account.scope);
    refuseOutliving(control, by, 'set the password of an account');
  }
  if (oldPassword !== undefined && !(await isPassword(oldPassword, account.password))) {
    throw new SatsumaError('unauthenticated', 'the old password is wrong');
  }
  const value = { ...account, password: await hashPassword(password) };
  const written = await store.write([{ kind: 'account', id: name, value, ifVersion }]);
  if (!written.ok) throw noAccount(name);
  cache.apply({ kind: 'account', id: name, version: written.version, value });
  logger.info({ account: name, by: by.name }, 'password changed');
}

function noAccount(name: string): SatsumaError {
  return new SatsumaError('no_such_account', `there is no account ${name}, or it was just changed`);
}
