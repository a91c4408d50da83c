import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { firstAccountName } from '../../model/account.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { writeSecretFile } from '../../runtime/write-secret-file.ts';
import type { Cluster } from '../../state/cluster.ts';
import { createAccount } from './accounts.ts';

interface FirstAccount {
  readonly name: string;
  /** Absent: it is in the file. */
  readonly password?: string;
}

const shortest = 8;

/**
 * Creates an admin account if no account exists. Its password is read from the file, or generated. Undefined: accounts
 * exist already. Throws `invalid` if the file cannot be used.
 */
export async function makeFirstAccount(
  cluster: Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>,
  file: string | undefined,
): Promise<FirstAccount | undefined> {
  if ((await cluster.store.list('account')).length > 0) return undefined;
  const password = file === undefined ? newPassword() : await passwordIn(file);
  try {
    await createAccount(cluster, { name: firstAccountName, role: 'admin', password }, { name: 'start', role: 'admin' });
  } catch (error) {
    // Another server was faster.
    if (isSatsumaError(error, 'account_exists')) return undefined;
    throw error;
  }
  return { name: firstAccountName, ...(file === undefined && { password }) };
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

async function passwordIn(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const given = text?.split('\n')[0]?.trim();
    if (given !== undefined && given.length < shortest) {
      throw new SatsumaError(
        'invalid',
        `the first line of ${path} must be a password of at least ${shortest} characters`,
      );
    }
    if (given !== undefined) return given;
    const made = newPassword();
    await writeSecretFile(path, made);
    return made;
  } catch (cause) {
    if (isSatsumaError(cause)) throw cause;
    throw new SatsumaError(
      'invalid',
      `cannot use the password file ${path}: ${(cause as NodeJS.ErrnoException).code}`,
      { cause },
    );
  }
}
