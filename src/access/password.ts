import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordHash } from '../model/account.ts';
import { Semaphore } from '../runtime/semaphore.ts';

/** 32 MB and about 100 ms per guess. */
const cost: PasswordHash['cost'] = [2 ** 15, 8, 1];
const hashBytes = 32;

/** Node computes them in the thread pool, which file access needs as well. */
const computing = new Semaphore(2);

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return { salt: salt.toString('base64'), hash: hash.toString('base64'), cost };
}

/** Takes the same time for a missing account, so that clients cannot probe for accounts. */
export async function isPassword(password: string, kept: PasswordHash | undefined): Promise<boolean> {
  const { salt, hash, cost: used } = kept ?? { salt: '', hash: '', cost };
  const derived = await derive(password, Buffer.from(salt, 'base64'), used);
  const expected = Buffer.from(hash, 'base64');
  return expected.length === derived.length && timingSafeEqual(expected, derived);
}

function derive(password: string, salt: Buffer, [N, r, p]: PasswordHash['cost']): Promise<Buffer> {
  const options = { N, r, p, maxmem: 256 * N * r };
  return computing.run(
    () =>
      new Promise((resolve, reject) => {
        // Normalized, so that equal characters match regardless of their encoding.
        scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}
