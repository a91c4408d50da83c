import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { hashOfToken, makeToken } from '../../access/token-text.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { TokenRecord } from '../../model/token.ts';
import { writeSecretFile } from '../../runtime/write-secret-file.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAccountWayIn, isTokenWayIn } from './way-in.ts';

interface FirstToken {
  readonly name: string;
  readonly token: string;
}

/**
 * Creates the token of the first admin, without which nobody could log in. With a file, the token is written there,
 * readable by its owner only. Undefined: there is an admin already, or another server is creating the token now. Throws
 * `invalid` if the file cannot be used.
 */
export async function makeFirstToken(
  { store, cache, clock, logger }: Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>,
  file: string | undefined,
): Promise<FirstToken | undefined> {
  const [known, accounts] = await Promise.all([store.list('token'), store.list('account')]);
  const now = clock.now();
  if (known.some(({ value }) => isTokenWayIn(value, now)) || accounts.some(({ value }) => isAccountWayIn(value)))
    return undefined;
  const token = makeToken();
  if (file !== undefined) await keepIn(file, token);
  const name = known.some(({ id }) => id === 'admin') ? `admin-${randomUUID().slice(0, 8)}` : 'admin';
  const createdAt = new Date(now).toISOString();
  const value: TokenRecord = {
    id: randomUUID(),
    hash: hashOfToken(token),
    role: 'admin',
    createdAt,
    createdBy: 'start',
  };
  const written = await store.write([{ kind: 'token', id: name, value, ifVersion: 0 }]);
  if (!written.ok) return undefined;
  cache.apply({ kind: 'token', id: name, version: written.version, value });
  logger.info({ tokenName: name, ...(file !== undefined && { file }) }, 'first token created');
  return { name, token };
}

/**
 * Replaces the file: a token that is in it already may have been revoked. Written before the store has the token, so
 * that an unwritable file locks nobody out.
 */
async function keepIn(path: string, token: string): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeSecretFile(part, token);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw new SatsumaError('invalid', `cannot write the token to ${path}: ${code}`, { cause });
  }
}
