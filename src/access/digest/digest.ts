import { createHash, timingSafeEqual } from 'node:crypto';
import type { DigestFields } from './digest-header.ts';

/** The stored hashes of a password. They include the user and the realm, so they are useless elsewhere. */
export interface DigestHashes {
  readonly sha256: string;
  readonly md5: string;
}

export function digestHashes(user: string, realm: string, password: string): DigestHashes {
  const text = `${user}:${realm}:${password}`;
  return { sha256: hash('SHA-256', text), md5: hash('MD5', text) };
}

/** Whether the response proves knowledge of the password. Takes the same time for a missing user. */
export function isAnswered(
  { algorithm, method, uri, nonce, nc, cnonce, qop, response }: DigestFields & { readonly method: string },
  kept: DigestHashes | undefined,
): boolean {
  const known = kept ?? nobody;
  const secret = algorithm === 'SHA-256' ? known.sha256 : known.md5;
  const asked = hash(algorithm, `${method}:${uri}`);
  const expected = Buffer.from(hash(algorithm, `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${asked}`));
  const given = Buffer.from(response.toLowerCase());
  return expected.length === given.length && timingSafeEqual(expected, given) && kept !== undefined;
}

const nobody: DigestHashes = { sha256: '0'.repeat(64), md5: '0'.repeat(32) };

function hash(algorithm: DigestFields['algorithm'], text: string): string {
  return createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
    .update(text)
    .digest('hex');
}
