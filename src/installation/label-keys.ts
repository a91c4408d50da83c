import { createPrivateKey, hkdfSync } from 'node:crypto';

/** What one secret gives: two keys, and the name of an installation that was given none. */
export interface LabelKey {
  readonly signing: Buffer;
  readonly encryption: Buffer;
  readonly installation: string;
}

const salt = 'satsuma labels';

/** HKDF with SHA-256 (RFC 5869): none of the three tells anything about the others, or about the secret. */
export function deriveLabelKey(secret: Buffer): LabelKey {
  const derive = (purpose: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, salt, purpose, bytes));
  return {
    signing: derive('signing', 32),
    encryption: derive('encryption', 32),
    installation: derive('installation', 8).toString('hex'),
  };
}

/**
 * The secret in a file. Of a private key in PEM it is the key itself and not its text: the same key in other line breaks, or
 * as PKCS#1 instead of PKCS#8, is the same secret.
 */
export function secretIn(file: string): Buffer {
  if (!file.includes('-----BEGIN')) return Buffer.from(file.trim());
  return createPrivateKey(file).export({ type: 'pkcs8', format: 'der' });
}
